// Named random numbers: the same seed gives the same campaign.

/** Small fast counter, 32 bits (Chris Doty-Humphrey's sfc32). */
export class Random {
  #a;
  #b;
  #c;
  #counter = 1;

  /** @param {number} seed */
  constructor(seed) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 bits. */
  next() {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** @param {number} count @returns {number} from 0 to count - 1 */
  below(count) {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /** @template T @param {readonly T[]} values @returns {T} */
  pick(values) {
    return values[this.below(values.length)];
  }
}
