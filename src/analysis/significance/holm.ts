/**
 * P-values adjusted for having asked many questions at once.
 *
 * Theory: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6
 * (1979), 65-70. The i-th smallest of m p-values is multiplied by m - i + 1, and none may be below the one before
 * it. The chance of even one false alarm stays below the level, however the tests depend on one another.
 */

/** The adjusted p-values, in the order of the given ones. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = largest;
  }
  return adjusted;
}
