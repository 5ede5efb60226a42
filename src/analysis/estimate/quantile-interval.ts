/**
 * Quantiles of the blocks of a cell, with intervals that hold the true quantile as often as they say.
 *
 * Theory: R. S. Woodruff, "Confidence Intervals for Medians and Other Position Measures" (1952). An x may be the
 * true quantile as long as the true share of values up to x may be the probability asked for, and each x is put to
 * that test, from the estimate outwards. The standard error of the share comes from how it differs between
 * independent groups (see groups.ts), as for clusters in surveys, and the bound from Student's t; shares are
 * compared as logits (E. L. Korn and B. I. Graubard, 1998). Relative to a simple random sample's, the variance
 * changes slowly with x: it is averaged over the neighbours, so that groups which agree by chance at one x do not
 * end the interval there.
 *
 * Beyond the highest value seen there is nothing to test: the upper end is Infinity, unless so many blocks could
 * hardly all be below the quantile. No resampling is needed.
 *
 * Measured in 2,000 trials each, on lognormal blocks (sigma 0.5 or 1, autocorrelation 0.5), with 5 repeats that
 * differ by 0 to 10 %: the median is held in 94.6 to 96.0 % and the p90 in 95 to 96 % from 20 blocks in a repeat
 * on; the p99 in 95 % from 200 on, where up to one interval in six has no upper end. With 3 repeats 96, 96 and
 * 93 %. Where repeats differ by 30 %: 95, 93 and 91 %. With 2 repeats median and p90 are held in 98 %, by intervals of
 * little use. One repeat of 1,000 blocks: 95 to 97 %, but the p99 at autocorrelation 0.8 in 93 %. Of other forms,
 * for the p99 of 5 repeats of 200 blocks, t on the p99 of each repeat reached 85 %, the jackknife 88 %, the
 * percentile bootstrap by repeat and block 91 %.
 */

import { quantile } from '../statistics/quantile.ts';
import { studentTBound } from '../statistics/student-t.ts';
import { DEFAULT_LEVEL, type Estimate, type Refused } from './estimate.ts';
import { independentGroups, type NestedSample } from './groups.ts';

/** The fewest values expected on either side of the quantile. */
const LEAST_BEYOND = 5;

/** The quantiles (type 7) of all values at each of the probabilities, 0 < probability < 1, and their intervals. */
export function quantileIntervals(
  sample: NestedSample,
  probabilities: readonly number[],
  level: number = DEFAULT_LEVEL,
): (Estimate | Refused)[] {
  const { members, basis } = independentGroups(sample);
  const pool = new Pool(members);
  return probabilities.map((probability) => {
    const { length } = pool.values;
    const needed = Math.ceil(LEAST_BEYOND / Math.min(probability, 1 - probability) - 1e-9);
    if (length < needed) {
      return {
        refused: `an interval of the p${Number((probability * 100).toPrecision(9))} needs ${needed} blocks, and there are ${length}`,
      };
    }
    const value = quantile(pool.values, probability);
    const { low, high } = pool.bounds(probability, level);
    return { value, low: Math.min(low, value), high: Math.max(high, value), level, basis };
  });
}

/** The values of all groups in ascending order, and the uncertainty of each share. */
class Pool {
  readonly values: Float64Array;
  readonly #sizes: readonly number[];
  /** Sums over the values before each, of the variance of the share up to a value by that of one random value. */
  readonly #sums: Float64Array;

  constructor(members: NestedSample) {
    const sorted = members.map((values) => values.slice().sort());
    this.#sizes = sorted.map(({ length }) => length);
    const count = this.#sizes.reduce((sum, size) => sum + size, 0);
    this.values = new Float64Array(count);
    this.#sums = new Float64Array(count);
    const taken = new Uint32Array(sorted.length);
    const heads = Float64Array.from(sorted, (own) => own[0] ?? Number.POSITIVE_INFINITY);
    for (let at = 0; at < count; at++) {
      let least = 0;
      for (let group = 1; group < heads.length; group++) {
        if ((heads[group] ?? 0) < (heads[least] ?? 0)) least = group;
      }
      this.values[at] = heads[least] ?? 0;
      const next = (taken[least] ?? 0) + 1;
      taken[least] = next;
      heads[least] = sorted[least]?.[next] ?? Number.POSITIVE_INFINITY;
      if (at < count - 1) this.#sums[at + 1] = (this.#sums[at] ?? 0) + this.#relativeVariance(taken, at + 1);
    }
  }

  /** From the estimate outwards, the last values on both sides that are not ruled out. */
  bounds(probability: number, level: number): { low: number; high: number } {
    const last = this.values.length - 2;
    const bound =
      this.#sizes.length < 2 ? Number.POSITIVE_INFINITY : studentTBound(level, this.#sizes.length - 1);
    const isRuledOut = (at: number) => {
      const share = (at + 1) / this.values.length;
      const error = Math.sqrt(this.#smoothed(at) / (share * (1 - share)));
      return Math.abs(logit(share) - logit(probability)) > bound * error;
    };
    const start = Math.max(0, Math.min(last, Math.round(probability * this.values.length) - 1));
    let low = start;
    while (low >= 0 && !isRuledOut(low)) low--;
    let high = start;
    while (high <= last && !isRuledOut(high)) high++;
    // So many dependent values are worth this many independent ones.
    const effective = Math.min(this.values.length, 1 / this.#smoothed(start));
    const isOpenBelow = low < 0 && (1 - probability) ** effective > (1 - level) / 2;
    const isOpenAbove = high > last && probability ** effective > (1 - level) / 2;
    const floor = (this.values[0] ?? 0) >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    return {
      low: isOpenBelow ? floor : (this.values[low + 1] ?? floor),
      high: isOpenAbove ? Number.POSITIVE_INFINITY : (this.values[high] ?? Number.POSITIVE_INFINITY),
    };
  }

  /**
   * The variance of the share that the lowest `count` values are, over share (1 - share): a ratio of sums over
   * clusters.
   */
  #relativeVariance(taken: Uint32Array, count: number): number {
    const all = this.values.length;
    const sizes = this.#sizes;
    const share = count / all;
    let squares = 0;
    for (let group = 0; group < sizes.length; group++) {
      const excess = (taken[group] ?? 0) - share * (sizes[group] ?? 0);
      squares += excess * excess;
    }
    return (squares * sizes.length) / (sizes.length - 1) / (all * all) / (share * (1 - share));
  }

  /**
   * The relative variance at a value, averaged over an eighth of the values between it and the nearer end, on both
   * sides.
   */
  #smoothed(at: number): number {
    const last = this.values.length - 1;
    const reach = Math.floor(Math.min(at + 1, last - at) / 8);
    const to = Math.min(last, at + reach + 1);
    const from = at - reach;
    return ((this.#sums[to] ?? 0) - (this.#sums[from] ?? 0)) / (to - from);
  }
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
