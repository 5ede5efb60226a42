import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draws, fieldKey, messageKey, mix, output } from '../../../src/stream/program/splitmix64.ts';

const manyDraws = (key: bigint, count: number, bound: number) => {
  const draws = new Draws(key);
  return Array.from({ length: count }, () => draws.below(bound));
};

describe('SplitMix64', () => {
  test('gives the published outputs for seed 1234567', () => {
    const known = [
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ];
    const draws = new Draws(1234567n);
    expect(known.map(() => draws.next())).toEqual(known);
    expect(known.map((_, k) => output(1234567n, BigInt(k)))).toEqual(known);
  });

  test('reaches any output without the ones before it', () => {
    const draws = new Draws(42n);
    const inOrder = Array.from({ length: 50 }, () => draws.next());
    for (const k of [49, 0, 17]) expect(output(42n, BigInt(k))).toBe(inOrder[k]);
  });

  test('stays within 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (z) => {
        expect(mix(z)).toBe(BigInt.asUintN(64, mix(z)));
        expect(mix(z)).toBe(mix(BigInt.asUintN(64, z)));
      }),
      { seed: 1 },
    );
  });

  test('nextUint32 is the upper half of the next output', () => {
    expect(new Draws(1234567n).nextUint32()).toBe(Number(6457827717110365317n >> 32n));
  });
});

describe('below', () => {
  test('is an integer from 0 to under the bound', () => {
    const bounds = fc.integer({ min: 1, max: 2 ** 32 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), bounds, (key, bound) => {
        for (const value of manyDraws(key, 5, bound)) {
          expect(Number.isInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(bound);
        }
      }),
      { seed: 1 },
    );
  });

  test('reaches every value of a small bound about as often', () => {
    const counts = [0, 0, 0, 0, 0];
    for (const value of manyDraws(7n, 5000, 5)) counts[value] = (counts[value] ?? 0) + 1;
    for (const count of counts) {
      expect(count).toBeGreaterThan(880);
      expect(count).toBeLessThan(1120);
    }
  });

  test('is always 0 below 1, and all 32 bits below 2^32', () => {
    expect(manyDraws(7n, 10, 1)).toEqual(Array(10).fill(0));
    const draws = new Draws(7n);
    expect(manyDraws(7n, 10, 2 ** 32)).toEqual(Array.from({ length: 10 }, () => draws.nextUint32()));
  });
});

describe('keys', () => {
  test('differ by the path of the field', () => {
    const message = messageKey(1, 0);
    const paths = ['', 'id', 'di', 'name', 'address.city', 'address.zip', 'data', 'values'];
    expect(new Set(paths.map((path) => fieldKey(message, path))).size).toBe(paths.length);
  });

  test('differ by the message that the field is in', () => {
    const keys = [0, 1, 2, 2 ** 32].map((seq) => fieldKey(messageKey(1, seq), 'name'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('the empty path hashes to the offset basis of FNV-1a, and `a` to its published hash', () => {
    expect(fieldKey(0n, '')).toBe(mix(0xcbf29ce484222325n));
    expect(fieldKey(0n, 'a')).toBe(mix(0xaf63dc4c8601ec8cn));
    expect(fieldKey(0n, 'foobar')).toBe(mix(0x85944171f73967e8n));
  });

  test('differ by the message and by the seed, also at the ends of their ranges', () => {
    const numbers = [0, 1, 2, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 2, 2 ** 53 - 1];
    const keys = numbers.flatMap((seed) => numbers.map((seq) => messageKey(seed, seq)));
    expect(new Set(keys).size).toBe(numbers.length ** 2);
  });
});
