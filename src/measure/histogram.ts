/**
 * A histogram of bounded relative error: HdrHistogram's layout (Gil Tene, http://hdrhistogram.org), so that its counts
 * can be written in the format that other tools read.
 *
 * Values are whole numbers from 0. Up to 2,047 each has its own count; above that, counts are as wide as 1/1024 of the
 * value or less, so that a value is known to 0.1 %. Memory grows with the logarithm of the largest value, and never
 * with how many there are.
 */
export class Histogram {
  /** Decimal digits of precision. */
  static readonly SIGNIFICANT_DIGITS = 3;
  /** The largest value; larger ones are counted as this one. */
  static readonly HIGHEST: number = 2 ** 42;

  #counts: Float64Array = new Float64Array(SUB_BUCKETS);
  #count = 0;
  #sum = 0;
  #highest = 0;

  /** The number of values. */
  get count(): number {
    return this.#count;
  }

  /** The mean of the recorded values themselves, not of the buckets; 0 if there are none. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Counts by index, up to the last non-zero one. */
  get counts(): Float64Array {
    return this.#counts.subarray(0, this.#count === 0 ? 0 : indexOf(this.#highest) + 1);
  }

  /** Records a value, rounded to a whole number of at least 0. The mean takes the value as it is. */
  record(value: number): void {
    this.#sum += value;
    this.addCount(indexOf(wholeValue(value)), 1);
  }

  /** Adds `count` values at an index. The caller adds what they contribute to the mean, by `addSum`. */
  addCount(index: number, count: number): void {
    if (index >= this.#counts.length) this.#grow(index);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#count += count;
    if (count > 0) this.#highest = Math.max(this.#highest, lowestAt(index));
  }

  /** Adds all values of another histogram. */
  add(other: Histogram): void {
    other.counts.forEach((count, index) => {
      if (count > 0) this.addCount(index, count);
    });
    this.#sum += other.#sum;
  }

  /** Adds to the sum behind the mean. */
  addSum(sum: number): void {
    this.#sum += sum;
  }

  /**
   * The value that a share `q` of all values does not exceed: the middle of its bucket, so off by at most 0.05 %.
   *
   * @param q from 0 to 1
   */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    const { counts } = this;
    let seen = 0;
    for (let index = 0; index < counts.length; index++) {
      seen += counts[index] ?? 0;
      if (seen >= rank) return (lowestAt(index) + lowestAt(index + 1) - 1) / 2;
    }
    return 0;
  }

  #grow(index: number): void {
    const larger = new Float64Array(Math.ceil((index + 1) / HALF) * HALF + HALF);
    larger.set(this.#counts);
    this.#counts = larger;
  }
}

/** Counts in the first bucket. Each bucket above has half as many, twice as wide. */
const SUB_BUCKETS = 2048;
const HALF = SUB_BUCKETS / 2;

function wholeValue(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), Histogram.HIGHEST);
}

/** The index at which a whole value is counted. */
function indexOf(value: number): number {
  let bucket = 0;
  let rest = value;
  while (rest >= SUB_BUCKETS) {
    rest = Math.floor(rest / 2);
    bucket++;
  }
  return bucket * HALF + rest;
}

/** The lowest value that is counted at an index. */
function lowestAt(index: number): number {
  if (index < SUB_BUCKETS) return index;
  const bucket = Math.floor(index / HALF) - 1;
  return (index - bucket * HALF) * 2 ** bucket;
}
