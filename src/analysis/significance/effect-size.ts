/**
 * How far apart two samples are: not whether they differ, but whether it matters.
 *
 * Theory: A. Vargha and H. D. Delaney, "A Critique and Improvement of the CL Common Language Effect Size Statistics
 * of McGraw and Wong" (2000): A is the chance that a value of the second sample is above one of the first; N.
 * Cliff, "Dominance Statistics" (1993): delta = 2 A - 1. J. L. Hodges and E. L. Lehmann, "Estimates of Location
 * Based on Rank Tests" (1963): the shift is the median of all differences between a value of the second and one of
 * the first. Its interval is between two order statistics of those differences, the ones that the Mann-Whitney test
 * would just not reject (Hollander and Wolfe, "Nonparametric Statistical Methods", 4.3): counted out below 50
 * values each, else by the normal approximation. The ratio is the shift of the logarithms.
 */
import { normalQuantile } from '../../stream/program/normal-quantile.ts';
import { DEFAULT_LEVEL } from '../estimate/estimate.ts';
import { quantile } from '../statistics/quantile.ts';
import { cumulativeShares, mannWhitney } from './mann-whitney.ts';

/**
 * A shift or a ratio with its interval. With few values, the interval spans all differences, and its level is below the
 * one asked for.
 */
interface Shift {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The level that the interval reaches: at least the one asked for, or the highest that so few values allow. */
  readonly level: number;
}

/** How the second sample compares with the first. */
export interface EffectSize {
  /** Vargha and Delaney's A: the chance that a value of the second is above one of the first; one half when alike. */
  readonly superiority: number;
  /** Cliff's delta, from -1 (all of the second below) to 1 (all above). */
  readonly delta: number;
  /** By Romano's thresholds for |delta|: 0.147, 0.33, 0.474. */
  readonly magnitude: 'negligible' | 'small' | 'medium' | 'large';
  /** Second less first, in their unit. */
  readonly shift: Shift;
  /** Second over first; undefined unless all values are above 0. */
  readonly ratio?: Shift;
}

const EXACT_BELOW = 50;
const MAXIMUM_VALUES = 1000;

/** Compares two samples, in any order, neither of them empty. */
export function effectSize(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  level: number = DEFAULT_LEVEL,
): EffectSize {
  const a = Float64Array.from(first).sort();
  const b = Float64Array.from(second).sort();
  const superiority = mannWhitney(b, a).u / (a.length * b.length);
  const delta = 2 * superiority - 1;
  const size = Math.abs(delta);
  const magnitude = size < 0.147 ? 'negligible' : size < 0.33 ? 'small' : size < 0.474 ? 'medium' : 'large';
  const result = { superiority, delta, magnitude, shift: shiftBetween(a, b, level) } as const;
  if (!((a[0] ?? 0) > 0 && (b[0] ?? 0) > 0)) return result;
  const logarithms = shiftBetween(a.map(Math.log), b.map(Math.log), level);
  const ratio = {
    value: Math.exp(logarithms.value),
    low: Math.exp(logarithms.low),
    high: Math.exp(logarithms.high),
    level: logarithms.level,
  };
  return { ...result, ratio };
}

function shiftBetween(a: Float64Array, b: Float64Array, level: number): Shift {
  const first = thinned(a);
  const second = thinned(b);
  const differences = new Float64Array(first.length * second.length);
  let at = 0;
  for (const low of first) for (const high of second) differences[at++] = high - low;
  differences.sort();
  const { outside, reached } = outsideCount(a.length, b.length, level);
  // For a thinned sample, the same share of the differences is left outside.
  const skipped = Math.floor((outside / (a.length * b.length)) * differences.length + 1e-9);
  return {
    value: quantile(differences, 0.5),
    low: differences[skipped] ?? Number.NaN,
    high: differences[differences.length - 1 - skipped] ?? Number.NaN,
    level: reached,
  };
}

/** How many differences may be left outside on each side, and the level that results. */
function outsideCount(n: number, m: number, level: number): { outside: number; reached: number } {
  if (n < EXACT_BELOW && m < EXACT_BELOW) {
    const shares = cumulativeShares(n, m);
    let outside = 0;
    while ((shares[outside] ?? 1) <= (1 - level) / 2) outside++;
    // The interval from difference `outside` on misses with the probability that U < outside + 1 on that side.
    const skipped = Math.max(0, outside - 1);
    return { outside: skipped, reached: 1 - 2 * (shares[skipped] ?? 0) };
  }
  const z = normalQuantile((1 + level) / 2);
  const outside = Math.floor((n * m) / 2 - z * Math.sqrt((n * m * (n + m + 1)) / 12) - 0.5);
  return { outside: Math.max(0, outside), reached: level };
}

/**
 * A sorted sample of at most 1,000 values: its evenly spaced quantiles, so that there are at most a million
 * differences.
 */
function thinned(sorted: Float64Array): Float64Array {
  if (sorted.length <= MAXIMUM_VALUES) return sorted;
  return Float64Array.from({ length: MAXIMUM_VALUES }, (_, index) =>
    quantile(sorted, (index + 0.5) / MAXIMUM_VALUES),
  );
}
