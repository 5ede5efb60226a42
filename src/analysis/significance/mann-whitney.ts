/**
 * Whether values of one sample tend to be above those of another.
 *
 * Theory: H. B. Mann and D. R. Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger
 * than the Other", Annals of Mathematical Statistics 18 (1947), 50-60. U counts the pairs in which the value of the
 * first sample is above that of the second, a tie for a half. Below 50 values each and without ties, its
 * distribution is counted out by their recurrence; otherwise it is taken as normal, with the variance corrected for
 * ties and a continuity correction of one half, as R's wilcox.test does. Both p-values are two-sided.
 *
 * The values must be independent of one another. Blocks of one run are not: test one number of each repeat.
 */
import { normalTail } from '../statistics/normal.ts';

/** What the test found. */
export interface MannWhitney {
  /** Pairs in which the first sample's value is above the second's, ties for a half. */
  readonly u: number;
  /** How often samples of one distribution would be at least this far apart. */
  readonly pValue: number;
  /** Whether the distribution of U was counted out, or taken as normal. */
  readonly method: 'exact' | 'normal';
}

const EXACT_BELOW = 50;

/** Compares two samples, in any order; p is 1 when one is empty or all values are equal. */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney {
  const { u, tieTerm } = countPairs(first, second);
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return { u, pValue: 1, method: 'exact' };
  if (tieTerm === 0 && n < EXACT_BELOW && m < EXACT_BELOW) {
    const share = cumulativeShares(n, m)[Math.min(u, n * m - u)] ?? 1;
    return { u, pValue: Math.min(1, 2 * share), method: 'exact' };
  }
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1))));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  const pValue = deviation === 0 ? 1 : Math.min(1, 2 * normalTail(distance / deviation));
  return { u, pValue, method: 'normal' };
}

/**
 * For each u from 0 to n m, the probability that U is at most u if both samples are of one distribution, without ties.
 */
export function cumulativeShares(n: number, m: number): Float64Array {
  // Orders of n and m values with u pairs the other way, as coefficients of the Gaussian binomial
  // prod over i = 1 … n of (1 - q^(m + i)) / (1 - q^i).
  const ways = new Float64Array(n * m + 1);
  ways[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = n * m; u >= m + i; u--) ways[u] = (ways[u] ?? 0) - (ways[u - m - i] ?? 0);
    for (let u = i; u <= n * m; u++) ways[u] = (ways[u] ?? 0) + (ways[u - i] ?? 0);
  }
  let sum = 0;
  for (let u = 0; u < ways.length; u++) {
    sum += ways[u] ?? 0;
    ways[u] = sum;
  }
  for (let u = 0; u < ways.length; u++) ways[u] = (ways[u] ?? 0) / sum;
  return ways;
}

/** U by ranks, and the sum of t^3 - t over all groups of t equal values. */
function countPairs(first: ArrayLike<number>, second: ArrayLike<number>): { u: number; tieTerm: number } {
  const a = Float64Array.from(first).sort();
  const b = Float64Array.from(second).sort();
  let u = 0;
  let tieTerm = 0;
  let below = 0;
  let at = 0;
  while (at < a.length || below < b.length) {
    const value = Math.min(a[at] ?? Number.POSITIVE_INFINITY, b[below] ?? Number.POSITIVE_INFINITY);
    let ofFirst = 0;
    let ofSecond = 0;
    while (a[at + ofFirst] === value) ofFirst++;
    while (b[below + ofSecond] === value) ofSecond++;
    if (ofFirst + ofSecond === 0)
      throw new RangeError('Expected numbers in both samples, but one is not a number.');
    u += ofFirst * (below + ofSecond / 2);
    const tied = ofFirst + ofSecond;
    tieTerm += tied ** 3 - tied;
    at += ofFirst;
    below += ofSecond;
  }
  return { u, tieTerm };
}
