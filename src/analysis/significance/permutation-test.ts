/**
 * Whether two samples differ in a statistic more than chance would have it.
 *
 * Theory: R. A. Fisher, "The Design of Experiments" (1935): if the labels of the samples mean nothing, every way to
 * deal the values out to them was equally likely. The p-value is the share of ways whose difference is at least as
 * large, in either direction, as the one found. All ways are tried when they are few; else a random part of them,
 * with the one found counted in, so that p is never 0 and the test never too eager (B. Phipson and G. K. Smyth,
 * "Permutation P-values Should Never Be Zero", 2010).
 *
 * The values must be exchangeable. Blocks of one run are not: test one number of each repeat.
 */
import type { Random } from '../statistics/random.ts';
import { mean } from '../statistics/summary.ts';

/** What the test found. */
export interface PermutationTest {
  /** The statistic of the second sample less that of the first. */
  readonly difference: number;
  readonly pValue: number;
  /** Whether every deal was tried. */
  readonly method: 'exact' | 'sampled';
  /** How many deals were tried. */
  readonly ways: number;
}

/** What to compare, and how hard to try. */
export interface PermutationOptions {
  /** The statistic of a sample. @default the mean */
  readonly statistic?: (values: Float64Array) => number;
  /** How many ways to try at most. @default 10,000 */
  readonly maximumWays?: number;
}

/** Compares two samples, neither of them empty. */
export function permutationTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  random: Random,
  options: PermutationOptions = {},
): PermutationTest {
  const { statistic = mean, maximumWays = 10_000 } = options;
  const values = Float64Array.from([...Array.from(first), ...Array.from(second)]);
  const n = first.length;
  const differenceOf = (dealt: Float64Array) =>
    statistic(dealt.subarray(n)) - statistic(dealt.subarray(0, n));
  const difference = differenceOf(values.slice());
  // Sums in another order differ in their last bits; a difference no larger than that counts as equal.
  const limit = Math.abs(difference) * (1 - 1e-12);
  const isExact = waysToDeal(values.length, n) <= maximumWays;
  let ways = isExact ? 0 : 1;
  let extreme = ways;
  const count = (dealt: Float64Array) => {
    ways++;
    if (Math.abs(differenceOf(dealt)) >= limit) extreme++;
  };
  if (isExact) dealAll(values, n, count);
  else while (ways < maximumWays) count(shuffled(values, random));
  return { difference, pValue: extreme / ways, method: isExact ? 'exact' : 'sampled', ways };
}

function waysToDeal(all: number, chosen: number): number {
  let ways = 1;
  for (let step = 1; step <= chosen; step++) ways = (ways * (all - chosen + step)) / step;
  return ways;
}

/** Calls back with each choice of n values moved to the front; the array is valid only during the call. */
function dealAll(values: Float64Array, n: number, callback: (dealt: Float64Array) => void): void {
  const chosen = Array.from({ length: n }, (_, index) => index);
  for (;;) {
    const isChosen = new Uint8Array(values.length);
    for (const index of chosen) isChosen[index] = 1;
    callback(
      Float64Array.from([
        ...values.filter((_, at) => isChosen[at] === 1),
        ...values.filter((_, at) => isChosen[at] === 0),
      ]),
    );
    let place = n - 1;
    while (place >= 0 && chosen[place] === values.length - n + place) place--;
    if (place < 0) return;
    let next = (chosen[place] ?? 0) + 1;
    for (; place < n; place++) chosen[place] = next++;
  }
}

/** A copy in random order (Fisher and Yates, in the form of R. Durstenfeld, 1964). */
function shuffled(values: Float64Array, random: Random): Float64Array {
  const copy = values.slice();
  for (let last = copy.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const value = copy[last] ?? 0;
    copy[last] = copy[other] ?? 0;
    copy[other] = value;
  }
  return copy;
}
