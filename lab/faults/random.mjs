/** Mulberry32 (Tommy Ettinger, public domain): a small seeded generator; moments and choices need no better one. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `low` to below `high`. */
  integer(low, high) {
    return low + Math.floor(this.next() * (high - low));
  }

  pick(items) {
    return items[this.integer(0, items.length)];
  }
}
