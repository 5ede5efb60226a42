/** Random choices, repeatable from a seed. */
import { seededRandom } from '../../dist/analysis/statistics/random.js';

export class Random {
  #source;

  /** @param {number} seed an integer, of which the lower 32 bits count */
  constructor(seed) {
    this.#source = seededRandom(seed);
  }

  /** A number from 0 to below 1. */
  uniform() {
    return this.#source.uniform();
  }

  /** An integer from 0 to below `count`. @param {number} count */
  below(count) {
    return this.#source.integer(count);
  }

  /** An integer from `low` to below `high`. @param {number} low @param {number} high */
  between(low, high) {
    return low + this.below(high - low);
  }

  /** One of the values. @template T @param {readonly T[]} values @returns {T} */
  pick(values) {
    return /** @type {T} */ (values[this.below(values.length)]);
  }

  /** The values in another order. @template T @param {readonly T[]} values */
  shuffled(values) {
    const left = [...values];
    return values.map(() => /** @type {T} */ (left.splice(this.below(left.length), 1)[0]));
  }
}
