import { blockLength } from './block-length.ts';
import { DEFAULT_LEVEL, type Estimate, type Refusal } from './estimate.ts';
import { jackknifeReach } from './jackknife.ts';
import type { Random } from './random.ts';

/** The repeats of one cell, each the values of its blocks in the order of time. */
export type NestedSample = readonly Float64Array[];

/** A number that says something of a sample, which is given sorted in ascending order. */
export type Statistic = (sorted: Float64Array) => number;

/** How to make an interval. */
export interface BootstrapOptions {
  /** How often the interval shall hold the true number. @default 0.95 */
  readonly level?: number;
  /** How many samples to draw. @default 1,000 */
  readonly resamples?: number;
}

/** A statistic of all values of a nested sample, with its interval. */
export function bootstrapInterval(
  sample: NestedSample,
  statistic: Statistic,
  random: Random,
  options: BootstrapOptions = {},
): Estimate | Refusal {
  return bootstrapIntervals(sample, [statistic], random, options)[0] ?? { refused: 'there are no blocks' };
}

/** The same for several statistics, for little more than the price of one. */
export function bootstrapIntervals(
  sample: NestedSample,
  statistics: readonly Statistic[],
  random: Random,
  options: BootstrapOptions = {},
): (Estimate | Refusal)[] {
  const { level = DEFAULT_LEVEL } = options;
  void random;
  void blockLength;
  const repeats = sample.filter((values) => values.length > 0);
  return statistics.map((statistic) => {
    const value = statistic(pooled(repeats));
    const without = repeats.map((_, index) => statistic(pooled(repeats.toSpliced(index, 1))));
    const reach = jackknifeReach(without, repeats.length - 1, level);
    return { value, low: value - reach, high: value + reach, level, basis: 'repeats' };
  });
}

function pooled(repeats: NestedSample): Float64Array {
  const all = new Float64Array(repeats.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of repeats) {
    all.set(values, at);
    at += values.length;
  }
  return all.sort();
}
