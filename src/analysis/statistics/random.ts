/**
 * The random numbers of resampling: small, fast and repeated from a seed.
 *
 * Theory: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on
 * Mathematical Software 47:4 (2021): xoshiro128**, period 2^128 - 1, in 32-bit integer operations alone. Its state
 * is filled from the seed by SplitMix32 (a Weyl sequence through the finaliser of MurmurHash3), so that close
 * seeds have unrelated states. An integer below a bound is drawn without bias by rejection (D. Lemire, "Fast Random
 * Integer Generation in an Interval", 2019, in its plain form).
 *
 * Not for stream bytes, which have a generator of their own (`src/stream/program/splitmix64.ts`), and not for secrets.
 */

/** The source of random numbers for resampling. */
export interface Random {
  /** A number in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** An integer in [0, below), each equally likely; 1 <= below <= 2^32. */
  integer(below: number): number;
}

/** A generator determined by its seed, of which the lower 32 bits count. */
export function seededRandom(seed: number): Random {
  let weyl = seed >>> 0;
  const word = () => {
    weyl = (weyl + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  return new Xoshiro128([word(), word(), word(), word()]);
}

/** xoshiro128**, from a state of four 32-bit words that are not all 0. */
export class Xoshiro128 implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor([a, b, c, d]: readonly [number, number, number, number]) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** The next 32 random bits. */
  next(): number {
    const scrambled = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return scrambled >>> 0;
  }

  uniform(): number {
    return this.next() / 2 ** 32;
  }

  integer(below: number): number {
    const fair = 2 ** 32 - (2 ** 32 % below);
    let drawn = this.next();
    while (drawn >= fair) drawn = this.next();
    return drawn % below;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
