/**
 * An interval for any statistic of the blocks of a cell, by resampling them as they came about: repeats first, then
 * within each repeat pieces of consecutive blocks, since the blocks of one run depend on each other.
 *
 * Theory: A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application" (1997), 3.8 for samples of
 * samples and 8.2.3 for pieces of a series, joined in a circle and as long as block-length.ts says;
 * B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), 12.5 for the bootstrap-t: what is
 * resampled is the distance from the estimate in standard errors, here on the scale of logarithms where all is above
 * 0, with the standard error from leaving out each repeat in turn.
 *
 * Why this form: with 5 repeats of 200 blocks (lognormal, sigma 0.5, autocorrelation 0.5) that differ by 10 %, in
 * 400 trials the nominal 95 % held the true mean, median, p90 and p99 in
 *
 *     percentile                              89   91   93   91 %    but 84, 85, 82, 75 % where repeats differ by 30 %
 *     expanded percentile (Hesterberg 2015)   97   98   98   97 %    but 99 % where repeats do not differ
 *     t, with the bootstrap's standard error  98   98   99   98 %    but 99 to 100 % where repeats do not differ
 *     bootstrap-t (this one)                  94   95   95   96 %    and 94 to 96 % in both other cases
 *
 * The two in the middle count the variation within repeats twice: it is in the differences between repeats already.
 * In 1,000 trials with 5 repeats of 50 blocks, this form held the mean and the geometric mean in 95 %, the
 * coefficient of variation and p90 / p50 in 93 to 94 %. It is wide for quantiles far out: three times as wide as
 * need be for the p99. The mean has an interval of its own in mean-interval.ts, and quantiles have one in
 * quantile-interval.ts; ask those first.
 */
import { blockLength } from './block-length.ts';
import { DEFAULT_LEVEL, type Estimate, type Refusal } from './estimate.ts';
import { type Groups, independentGroups, type NestedSample } from './groups.ts';
import { jackknifeError } from './jackknife.ts';
import { quantile } from './quantile.ts';
import type { Random } from './random.ts';

/** A number that says something of a sample, which is given sorted in ascending order. */
export type Statistic = (sorted: Float64Array) => number;

/** How to make an interval. */
export interface BootstrapOptions {
  /** How often the interval shall hold the true number. @default 0.95 */
  readonly level?: number;
  /** How many samples to draw. @default 999 */
  readonly resamples?: number;
}

/** A statistic of all values of a nested sample, with its interval. */
export function bootstrapInterval(
  sample: NestedSample,
  statistic: Statistic,
  random: Random,
  options: BootstrapOptions = {},
): Estimate | Refusal {
  const { level = DEFAULT_LEVEL, resamples = 999 } = options;
  const groups = independentGroups(sample);
  const { members, basis } = groups;
  if (members.length < 2) return { refused: 'an interval needs 2 repeats, or 2 blocks of one' };
  const resampler = new Resampler(groups);
  const { value, withoutEach } = resampler.evaluate(statistic);
  const isPositive = value > 0 && withoutEach.every((other) => other > 0);
  const scale = isPositive ? Math.log : (x: number) => x;
  const back = isPositive ? Math.exp : (x: number) => x;
  const centre = scale(value);
  const error = jackknifeError(withoutEach.map(scale));
  const distances: number[] = [];
  for (let drawn = 0; drawn < resamples; drawn++) {
    resampler.draw(random);
    const other = resampler.evaluate(statistic);
    const distance = (scale(other.value) - centre) / jackknifeError(other.withoutEach.map(scale));
    // No spread at all, as when one repeat was drawn every time, says nothing of the distance in units of it.
    if (Number.isFinite(distance)) distances.push(distance);
  }
  const sorted = Float64Array.from(distances).sort();
  if (sorted.length === 0) return { value, low: value, high: value, level, basis };
  const low = back(centre - expectedQuantile(sorted, (1 + level) / 2) * error);
  const high = back(centre - expectedQuantile(sorted, (1 - level) / 2) * error);
  return { value, low: Math.min(low, value), high: Math.max(high, value), level, basis };
}

/**
 * The quantile that as many more draws would be below as asked (type 6): for tails, where type 7 is too near the
 * middle.
 */
function expectedQuantile(sorted: Float64Array, probability: number): number {
  const position = Math.max(0, Math.min(sorted.length - 1, (sorted.length + 1) * probability - 1));
  return quantile(sorted, position / Math.max(1, sorted.length - 1));
}

/** Draws samples like the given one. The values are sorted once: what is drawn is places among them. */
class Resampler {
  readonly #values: Float64Array;
  /** For each group, the places of its values among all, in the order of time. */
  readonly #places: readonly Uint32Array[];
  readonly #lengths: readonly number[];
  readonly #isNested: boolean;
  /** What was drawn, one group after the other: places, and the number of the group that each was drawn into. */
  readonly #drawnPlaces: Uint32Array;
  readonly #drawnGroups: Uint32Array;
  #drawnCount = 0;
  /** The same by value. */
  readonly #sorted: Float64Array;
  readonly #sortedGroups: Uint32Array;
  readonly #without: Float64Array;
  readonly #starts: Uint32Array;

  constructor({ members, basis }: Groups) {
    const flat = members.flatMap((values, group) =>
      Array.from(values, (value, at) => ({ value, group, at })),
    );
    flat.sort((a, b) => a.value - b.value);
    this.#values = Float64Array.from(flat, ({ value }) => value);
    this.#places = members.map(({ length }) => new Uint32Array(length));
    for (const [place, { group, at }] of flat.entries()) {
      const own = this.#places[group];
      if (own !== undefined) own[at] = place;
    }
    this.#lengths = members.map(blockLength);
    // Batches are pieces of a series themselves: they are not cut again.
    this.#isNested = basis === 'repeats';
    const most = members.length * Math.max(...members.map(({ length }) => length));
    this.#drawnPlaces = new Uint32Array(most);
    this.#drawnGroups = new Uint32Array(most);
    this.#sorted = new Float64Array(most);
    this.#sortedGroups = new Uint32Array(most);
    this.#without = new Float64Array(most);
    this.#starts = new Uint32Array(flat.length + 1);
    for (const [group, places] of this.#places.entries()) {
      for (const place of places) this.#take(place, group);
    }
  }

  /** Draws as many groups as there are, and pieces within each. */
  draw(random: Random): void {
    this.#drawnCount = 0;
    for (let into = 0; into < this.#places.length; into++) {
      const group = random.integer(this.#places.length);
      const places = this.#places[group] ?? new Uint32Array();
      const { length } = places;
      const piece = this.#isNested ? (this.#lengths[group] ?? 1) : length;
      for (let taken = 0; taken < length; ) {
        let at = this.#isNested ? random.integer(length) : 0;
        for (let step = 0; step < piece && taken < length; step++, taken++) {
          this.#take(places[at] ?? 0, into);
          at = at + 1 === length ? 0 : at + 1;
        }
      }
    }
  }

  /** The statistic of what was drawn last, and without each group of it; at first of the sample itself. */
  evaluate(statistic: Statistic): { value: number; withoutEach: number[] } {
    this.#sort();
    const value = statistic(this.#sorted.subarray(0, this.#drawnCount));
    const withoutEach = this.#places.map((_, left) => {
      let kept = 0;
      for (let at = 0; at < this.#drawnCount; at++) {
        this.#without[kept] = this.#sorted[at] ?? 0;
        kept += this.#sortedGroups[at] === left ? 0 : 1;
      }
      return statistic(this.#without.subarray(0, kept));
    });
    return { value, withoutEach };
  }

  #take(place: number, into: number): void {
    this.#drawnPlaces[this.#drawnCount] = place;
    this.#drawnGroups[this.#drawnCount] = into;
    this.#drawnCount++;
  }

  /** Sorts by counting: there are as many places as values. */
  #sort(): void {
    const starts = this.#starts.fill(0);
    for (let at = 0; at < this.#drawnCount; at++) {
      const next = (this.#drawnPlaces[at] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let place = 1; place < starts.length; place++) {
      starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    }
    for (let at = 0; at < this.#drawnCount; at++) {
      const place = this.#drawnPlaces[at] ?? 0;
      const to = starts[place] ?? 0;
      starts[place] = to + 1;
      this.#sorted[to] = this.#values[place] ?? 0;
      this.#sortedGroups[to] = this.#drawnGroups[at] ?? 0;
    }
  }
}
