import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom, Xoshiro128 } from '../../../src/analysis/statistics/random.ts';

describe('xoshiro128**', () => {
  test('gives the known answers of its authors’ C code, as in the tests of the crate rand_xoshiro', () => {
    const random = new Xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('a uniform draw is the next word as a share of 2^32', () => {
    const random = new Xoshiro128([1, 2, 3, 4]);
    random.uniform();
    random.uniform();
    expect(random.uniform()).toBe(5927040 / 2 ** 32);
  });

  test('an integer below a bound comes from words that all bounds share fairly: others are passed over', () => {
    // 3 · 2^30 divides 2^32 once, so that words from 3 · 2^30 on are passed over: 3734860849 and the two after it.
    const random = new Xoshiro128([1, 2, 3, 4]);
    for (let word = 0; word < 6; word++) random.next();
    expect(random.integer(3 * 2 ** 30)).toBe(1287239034);
    expect(random.integer(3 * 2 ** 30)).toBeLessThan(3 * 2 ** 30);
    const passed = new Xoshiro128([1, 2, 3, 4]);
    for (let word = 0; word < 10; word++) passed.next();
    let next = passed.next();
    while (next >= 3 * 2 ** 30) next = passed.next();
    const again = new Xoshiro128([1, 2, 3, 4]);
    for (let word = 0; word < 7; word++) again.next();
    expect(again.integer(3 * 2 ** 30)).toBe(next);
  });
});

describe('seededRandom', () => {
  const take = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random.integer(2 ** 32));
  };

  test('repeats itself from its seed, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 2 }), (seed) => {
        expect(take(seed)).toEqual(take(seed));
        expect(take(seed)).not.toEqual(take(seed + 1));
      }),
    );
  });

  test('stays in range for any bound', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
        const drawn = seededRandom(seed).integer(below);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(below);
        expect(Number.isInteger(drawn)).toBe(true);
      }),
    );
  });

  test('draws each of seven integers equally often, by chi squared', () => {
    const random = seededRandom(1);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) {
      const drawn = random.integer(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    const distance = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 22.5 is passed once in a thousand seeds.
    expect(distance).toBeLessThan(22.5);
  });
});
