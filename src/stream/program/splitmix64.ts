/**
 * SplitMix64: the one source of randomness in stream bytes.
 *
 * Theory: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. Output k of the
 * generator with key s is mix(s + (k + 1)·γ), so any output is reached without the ones before it. That random
 * access is why a message can be made again at any time from its seq alone.
 *
 * All arithmetic is modulo 2^64, in BigInt: slow and obvious, as an oracle should be.
 */
const GAMMA = 0x9e3779b97f4a7c15n;
const MASK = 0xffffffffffffffffn;

/** The finaliser of SplitMix64: a bijection on 64-bit integers. */
export function mix(z: bigint): bigint {
  let x = z & MASK;
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return x ^ (x >> 31n);
}

/** Output `k` (0 is the first) of the generator whose initial state is `key`. */
export function output(key: bigint, k: bigint): bigint {
  return mix(key + (k + 1n) * GAMMA);
}

/** The key of a stream's messages. */
export function seedKey(seed: number): bigint {
  return output(BigInt(seed), 0n);
}

/** The key of one message: output `seq` of the generator keyed by output 0 of `seed`. */
export function messageKey(seed: number, seq: number): bigint {
  return output(seedKey(seed), BigInt(seq));
}

/** The key of one field of a message. Keys of different paths are unrelated, so a new field shifts no other. */
export function fieldKey(message: bigint, path: string): bigint {
  return mix(message ^ pathHash(path));
}

/** The draws of one field: 64-bit outputs 0, 1, 2 … of its key. */
export class Draws {
  readonly #key: bigint;
  #count = 0n;

  constructor(key: bigint) {
    this.#key = key;
  }

  /** The next 64 random bits. */
  next(): bigint {
    return output(this.#key, this.#count++);
  }

  /** The upper 32 bits of the next draw, as an integer in [0, 2^32). */
  nextUint32(): number {
    return Number(this.next() >> 32n);
  }

  /** An integer in [0, bound), for a bound in [1, 2^32]; its bias is at most bound / 2^32. */
  below(bound: number): number {
    return Number((BigInt(this.nextUint32()) * BigInt(bound)) >> 32n);
  }
}

/** FNV-1a, 64 bit, over a field's path in ASCII (Fowler, Noll, Vo; RFC 9923). */
export function pathHash(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index++) {
    hash = ((hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n) & MASK;
  }
  return hash;
}
