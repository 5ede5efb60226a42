import { describe, expect, test } from 'vitest';
import {
  type Distribution,
  fixedPoint,
  sample,
  unitsPerOne,
} from '../../../src/stream/program/distribution.ts';
import { Draws, messageKey } from '../../../src/stream/program/splitmix64.ts';

const COUNT = 5000;

function values(distribution: Distribution): number[] {
  const draws = new Draws(messageKey(3, 0));
  return Array.from({ length: COUNT }, () => sample(distribution, draws) / 10 ** distribution.decimals);
}

function moments(numbers: readonly number[]) {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Share of the values that a condition holds for. */
function share(numbers: readonly number[], holds: (value: number) => boolean): number {
  return numbers.filter(holds).length / numbers.length;
}

describe('sample', () => {
  test('uniform lies within its bounds and spreads over them', () => {
    const numbers = values({ shape: 'uniform', decimals: 2, minimum: -100, range: 300 });
    const { mean, deviation } = moments(numbers);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThan(2);
    expect(Math.abs(mean - 0.495)).toBeLessThan(0.05);
    expect(Math.abs(deviation - 3 / Math.sqrt(12))).toBeLessThan(0.03);
  });

  test('uniform reaches both ends of a small range and nothing else', () => {
    const numbers = values({ shape: 'uniform', decimals: 0, minimum: -1, range: 3 });
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
  });

  test('normal has mean 0 and deviation 1, and the tails of the normal', () => {
    const numbers = values({ shape: 'normal', decimals: 6 });
    const { mean, deviation } = moments(numbers);
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.04);
    expect(Math.abs(share(numbers, (value) => Math.abs(value) < 1) - 0.6827)).toBeLessThan(0.025);
    expect(Math.abs(share(numbers, (value) => Math.abs(value) > 2) - 0.0455)).toBeLessThan(0.012);
  });

  test('exponential has mean 1 and deviation 1 and is not negative', () => {
    const numbers = values({ shape: 'exponential', decimals: 6 });
    const { mean, deviation } = moments(numbers);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(mean - 1)).toBeLessThan(0.06);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.1);
    expect(Math.abs(share(numbers, (value) => value > 1) - Math.exp(-1))).toBeLessThan(0.03);
  });

  test.each([
    { draw: 0n, key: 0x61c8864680b583ebn, normal: -8.2, exponential: 36.7 },
    { draw: 2n ** 64n - 1n, key: 0x31628af67b2131abn, normal: 8.2, exponential: 0 },
  ])('the draw $draw, at an end, still gives a number', ({ draw, key, normal, exponential }) => {
    expect(new Draws(key).next()).toBe(draw);
    expect(sample({ shape: 'normal', decimals: 1 }, new Draws(key)) / 10).toBe(normal);
    expect(sample({ shape: 'exponential', decimals: 1 }, new Draws(key)) / 10).toBe(exponential);
  });

  test.each(['normal', 'exponential'] as const)('%s gives whole units, and never -0', (shape) => {
    const draws = new Draws(messageKey(3, 1));
    for (let count = 0; count < 1000; count++) {
      const n = sample({ shape, decimals: 0 }, draws);
      expect(Number.isSafeInteger(n)).toBe(true);
      expect(Object.is(n, -0)).toBe(false);
    }
  });

  test.each(['normal', 'exponential'] as const)(
    '%s with fewer decimals is the same value rounded',
    (shape) => {
      const fine = new Draws(1n);
      const coarse = new Draws(1n);
      for (let count = 0; count < 200; count++) {
        const exact = sample({ shape, decimals: 9 }, fine) / 1e9;
        expect(Math.abs(sample({ shape, decimals: 2 }, coarse) / 100 - exact)).toBeLessThan(0.005 + 1e-9);
      }
    },
  );

  test.each([
    { shape: 'uniform', decimals: 0, minimum: 0, range: 10 },
    { shape: 'normal', decimals: 3 },
    { shape: 'exponential', decimals: 3 },
  ] as const)('$shape takes one draw a value', (distribution) => {
    const draws = new Draws(5n);
    const apart = new Draws(5n);
    sample(distribution, draws);
    apart.next();
    expect(draws.next()).toBe(apart.next());
  });
});

describe('fixedPoint', () => {
  test.each([
    { n: -1500, decimals: 3, text: '-1.500' },
    { n: 0, decimals: 0, text: '0' },
    { n: 0, decimals: 2, text: '0.00' },
    { n: 5, decimals: 3, text: '0.005' },
    { n: -5, decimals: 3, text: '-0.005' },
    { n: 1000, decimals: 3, text: '1.000' },
    { n: -42, decimals: 0, text: '-42' },
    { n: Number.MAX_SAFE_INTEGER, decimals: 9, text: '9007199.254740991' },
    { n: -Number.MAX_SAFE_INTEGER, decimals: 0, text: '-9007199254740991' },
  ])('($n, $decimals) is $text', ({ n, decimals, text }) => {
    expect(fixedPoint(n, decimals)).toBe(text);
    expect(Number(text)).toBe(n / 10 ** decimals);
  });
});

test('unitsPerOne is the power of ten', () => {
  const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
  expect(powers.map((_, decimals) => unitsPerOne(decimals))).toEqual(powers);
});
