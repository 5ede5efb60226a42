/** If more than this share of its letters differs, it is another word, not a typing error. */
const MOST_MISTYPED = 0.4;
const FEWEST_LETTERS = 2;

/** The word that was most likely meant; the first in the list of those equally near. Undefined if none is near. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const [near] = words
    .map((word) => ({ word, distance: editDistance(typed, word) }))
    .filter(({ word, distance }) => {
      const letters = Math.max(typed.length, word.length);
      return letters >= FEWEST_LETTERS && distance <= MOST_MISTYPED * letters;
    })
    .sort((a, b) => a.distance - b.distance);
  return near?.word;
}

/**
 * How many letters to insert, delete, replace, or swap with the next: the Damerau-Levenshtein distance, in the form
 * that changes no letter twice (optimal string alignment).
 */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const shortest = Math.min(exchanged, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(swapped ? Math.min(shortest, (before[j - 2] ?? 0) + 1) : shortest);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
