import { Histogram } from '../../measure/histogram.ts';
import { quantile } from './quantile.ts';
import { mean } from './summary.ts';

const MICROSECONDS = 1000;

/**
 * A quantity over the blocks of one repeat, in milliseconds: all values one by one, or, if they were too many, a
 * histogram of all and a uniform sample.
 */
export class EmpiricalDistribution {
  /** All values in the order of time, or the sample. */
  readonly values: Float64Array;
  /** In microseconds; undefined if `values` are all there are. */
  readonly #histogram: Histogram | undefined;

  constructor(values: Float64Array, histogram?: Histogram) {
    this.values = values;
    this.#histogram = histogram;
  }

  get count(): number {
    return this.#histogram?.count ?? this.values.length;
  }

  /** Exact in both forms. */
  get mean(): number {
    return this.#histogram === undefined ? mean(this.values) : this.#histogram.mean / MICROSECONDS;
  }

  /**
   * Quantiles of several distributions together: exact if all have their values, otherwise accurate to 0.1 % (see
   * Histogram).
   *
   * @param probabilities each from 0 to 1
   */
  static quantiles(parts: readonly EmpiricalDistribution[], probabilities: readonly number[]): number[] {
    if (parts.every((part) => part.#histogram === undefined)) {
      const sorted = Float64Array.from(parts.flatMap(({ values }) => [...values])).sort();
      return probabilities.map((probability) => quantile(sorted, probability));
    }
    const all = new Histogram();
    for (const part of parts) {
      if (part.#histogram !== undefined) all.add(part.#histogram);
      else for (const value of part.values) all.record(value * MICROSECONDS);
    }
    return probabilities.map((probability) => all.quantile(probability) / MICROSECONDS);
  }
}
