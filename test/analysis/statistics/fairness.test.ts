import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fairness } from '../../../src/analysis/statistics/fairness.ts';

describe('fairness', () => {
  test('is 1 when all have the same, k / n when k of n share everything', () => {
    expect(fairness([3, 3, 3])).toEqual({ count: 3, index: 1, min: 3, max: 3 });
    expect(fairness([2, 2, 0, 0, 0])?.index).toBeCloseTo(0.4, 12);
    expect(fairness([0, 0])).toEqual({ count: 2, index: 1, min: 0, max: 0 });
    expect(fairness([])).toBeUndefined();
  });

  test('is Jain’s formula, between 1 / n and 1, whatever the scale', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(shares, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (given, factor) => {
        fc.pre(given.some((share) => share > 1e-3));
        const index = fairness(given)?.index ?? Number.NaN;
        const sum = given.reduce((total, share) => total + share, 0);
        const squares = given.reduce((total, share) => total + share ** 2, 0);
        expect(index).toBeCloseTo(sum ** 2 / (given.length * squares), 9);
        expect(index).toBeGreaterThanOrEqual(1 / given.length - 1e-12);
        expect(index).toBeLessThanOrEqual(1 + 1e-12);
        expect(fairness(given.map((share) => share * factor))?.index).toBeCloseTo(index, 9);
      }),
    );
  });
});
