/**
 * The mean of the blocks of a cell, with an interval that holds the true mean as often as it says.
 *
 * Theory: the jackknife over independent groups (see groups.ts and jackknife.ts) on the scale of logarithms, on
 * which times are less skewed and no end of the interval is below 0. It takes no resampling.
 *
 * Measured in 1,000 trials each, lognormal blocks with sigma 0.5 and autocorrelation 0.5: 5 repeats of 4 to 1,000
 * blocks that differ by 0 to 30 % hold the true mean in 93.9 to 95.3 %; 2, 3 and 10 repeats in 96.0, 95.8 and 95.7
 * %. One repeat of 100 to 1,000 blocks 93 to 95 %, of 20 blocks 90.5 %.
 */
import { DEFAULT_LEVEL, type Estimate, type Refused } from './estimate.ts';
import { independentGroups, type NestedSample } from './groups.ts';
import { jackknifeReach } from './jackknife.ts';

/** The mean of all values, and its interval. */
export function meanInterval(sample: NestedSample, level: number = DEFAULT_LEVEL): Estimate | Refused {
  const { members, basis } = independentGroups(sample);
  if (members.length < 2) return { refused: 'an interval needs 2 repeats, or 2 blocks of one' };
  const sums = members.map((values) => values.reduce((sum, value) => sum + value, 0));
  const sum = sums.reduce((total, part) => total + part, 0);
  const count = members.reduce((total, { length }) => total + length, 0);
  const value = sum / count;
  const withoutEach = sums.map((part, index) => (sum - part) / (count - (members[index]?.length ?? 0)));
  if (value > 0 && withoutEach.every((other) => other > 0)) {
    const factor = Math.exp(jackknifeReach(withoutEach.map(Math.log), members.length - 1, level));
    return { value, low: value / factor, high: value * factor, level, basis };
  }
  const reach = jackknifeReach(withoutEach, members.length - 1, level);
  return { value, low: value - reach, high: value + reach, level, basis };
}
