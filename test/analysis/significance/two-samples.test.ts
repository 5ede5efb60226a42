import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectSize } from '../../../src/analysis/significance/effect-size.ts';
import { holm } from '../../../src/analysis/significance/holm.ts';
import { mannWhitney } from '../../../src/analysis/significance/mann-whitney.ts';
import { permutationTest } from '../../../src/analysis/significance/permutation-test.ts';
import { ratioTest } from '../../../src/analysis/significance/welch.ts';
import { median } from '../../../src/analysis/statistics/quantile.ts';
import { seededRandom } from '../../../src/analysis/statistics/random.ts';
import { R } from '../constants/r-constants.ts';
import { normal } from '../simulated-cell.ts';

const values = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });

describe('mannWhitney', () => {
  test.each([
    ['small', 'exact'],
    ['mid', 'exact'],
    ['tied', 'normal'],
    ['long', 'normal'],
  ])('of the %s samples agrees with R, by the %s distribution', (name, method) => {
    const { first, second, u, pValue } = R.pairs[name];
    const found = mannWhitney(first, second);
    expect(found.method).toBe(method);
    expect(found.u).toBe(u);
    expect(found.pValue).toBeCloseTo(pValue, 12);
  });

  test('is the same question either way round', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const [one, other] = [mannWhitney(first, second), mannWhitney(second, first)];
        expect(one.u + other.u).toBe(first.length * second.length);
        expect(one.pValue).toBeCloseTo(other.pValue, 12);
        expect(one.pValue).toBeGreaterThan(0);
        expect(one.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('finds nothing where there is nothing to compare', () => {
    expect(mannWhitney([], [1, 2]).pValue).toBe(1);
    expect(mannWhitney([3, 3, 3], [3, 3]).pValue).toBe(1);
  });

  test('says which sample holds what is not a number', () => {
    expect(() => mannWhitney([1, Number.NaN], [2])).toThrow('not a number');
  });
});

describe('permutationTest', () => {
  const { first, second } = R.pairs.small;

  test('tries every way when they are few, and agrees with R', () => {
    const found = permutationTest(first, second, seededRandom(1));
    expect(found).toMatchObject({ method: 'exact', ways: 252 });
    expect(found.difference).toBeCloseTo(R.permutation.difference, 12);
    expect(found.pValue).toBeCloseTo(R.permutation.pValue, 12);
  });

  test('takes any statistic', () => {
    expect(permutationTest(first, second, seededRandom(1), { statistic: median }).pValue).toBeCloseTo(
      R.permutation.medianPValue,
      12,
    );
  });

  test('tries a part of the ways when they are many, and comes close to the same', () => {
    const options = { maximumWays: 251, statistic: median };
    const rough = permutationTest(first, second, seededRandom(1), options);
    expect(rough).toMatchObject({ method: 'sampled', ways: 251 });
    const { mid } = R.pairs;
    const many = permutationTest(mid.first, mid.second, seededRandom(1), { maximumWays: 100_000 });
    expect(many.method).toBe('sampled');
    // The mean's p-value is near that of the ranks, on samples that look normal.
    expect(Math.abs(many.pValue - mid.pValue)).toBeLessThan(0.05);
    expect(permutationTest(mid.first, mid.second, seededRandom(1)).pValue).toBe(
      permutationTest(mid.first, mid.second, seededRandom(1)).pValue,
    );
  });

  test('never says 0', () => {
    const low = Array.from({ length: 20 }, (_, index) => index);
    const high = low.map((value) => value + 1000);
    expect(permutationTest(low, high, seededRandom(1), { maximumWays: 1000 }).pValue).toBe(1 / 1000);
  });
});

describe('holm', () => {
  test('agrees with R', () => {
    expect(holm(R.holm.pValues)).toEqual(R.holm.adjusted.map((value: number) => expect.closeTo(value, 12)));
  });

  test('of none is none', () => {
    expect(holm([])).toEqual([]);
  });

  test('never makes a p-value smaller, keeps their order, and is between 1 and m times', () => {
    const pValues = fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(pValues, (given) => {
        const adjusted = holm(given);
        for (const [i, p] of given.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * given.length) + 1e-12);
          for (const [j, q] of given.entries())
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? 0);
        }
      }),
    );
  });
});

describe('effectSize', () => {
  test.each(['small', 'mid'])('of the %s samples agrees with R', (name) => {
    const expected = R.pairs[name];
    const { superiority, delta, shift, ratio } = effectSize(expected.first, expected.second);
    expect(superiority).toBeCloseTo(expected.superiority, 12);
    expect(delta).toBeCloseTo(2 * expected.superiority - 1, 12);
    expect(shift.value).toBeCloseTo(expected.shift, 12);
    expect(shift.low).toBeCloseTo(expected.shiftLow, 12);
    expect(shift.high).toBeCloseTo(expected.shiftHigh, 12);
    expect(ratio?.value).toBeCloseTo(expected.ratio, 12);
    expect(ratio?.low).toBeCloseTo(expected.ratioLow, 12);
    expect(ratio?.high).toBeCloseTo(expected.ratioHigh, 12);
    expect(shift.level).toBeGreaterThanOrEqual(0.95);
  });

  test('of the long samples comes within a hundredth of what R solves for', () => {
    const { first, second, shift, shiftLow, shiftHigh } = R.pairs.long;
    const found = effectSize(first, second);
    expect(found.shift.value).toBeCloseTo(shift, 12);
    expect(Math.abs(found.shift.low - shiftLow)).toBeLessThan(0.01);
    expect(Math.abs(found.shift.high - shiftHigh)).toBeLessThan(0.01);
  });

  test('has no ratio where a value is not above 0, and an honest level where values are few', () => {
    expect(effectSize([0, 1], [1, 2])).not.toHaveProperty('ratio');
    // Two against two: the least and the greatest difference leave out 1 way of 6 on each side.
    expect(effectSize([1, 2], [3, 5]).shift).toMatchObject({
      low: 1,
      high: 4,
      level: expect.closeTo(2 / 3, 12),
    });
  });

  test('names how large it is', () => {
    expect(effectSize([1, 2, 3], [1, 2, 3]).magnitude).toBe('negligible');
    expect(effectSize([1, 2, 3], [11, 12, 13])).toMatchObject({
      magnitude: 'large',
      delta: 1,
      superiority: 1,
    });
  });

  test('of samples too large for all differences is nearly the same', () => {
    const random = seededRandom(4);
    const first = Float64Array.from({ length: 3000 }, () => normal(random));
    const second = Float64Array.from({ length: 2500 }, () => normal(random) + 0.3);
    const all = new Float64Array(first.length * second.length);
    let at = 0;
    for (const low of first) for (const high of second) all[at++] = high - low;
    const { shift } = effectSize(first, second);
    expect(Math.abs(shift.value - median(all))).toBeLessThan(0.001);
    expect(shift.low).toBeLessThan(0.3);
    expect(shift.high).toBeGreaterThan(0.3);
    expect(shift.high - shift.low).toBeLessThan(0.12);
  });
});

describe('ratioTest', () => {
  test.each(['small', 'mid', 'long'])('of the %s samples agrees with R’s t.test of logarithms', (name) => {
    const { first, second, welchRatio, welchLow, welchHigh, welchPValue } = R.pairs[name];
    const found = ratioTest(first, second);
    expect(found?.ratio).toBeCloseTo(welchRatio, 11);
    expect(found?.low).toBeCloseTo(welchLow, 10);
    expect(found?.high).toBeCloseTo(welchHigh, 10);
    expect(found?.pValue).toBeCloseTo(welchPValue, 11);
  });

  test('needs two of each, and knows equal numbers', () => {
    expect(ratioTest([1], [1, 2])).toBeUndefined();
    expect(ratioTest([2, 2], [2, 2])).toMatchObject({ ratio: 1, pValue: 1 });
    expect(ratioTest([2, 2], [4, 4])).toMatchObject({ ratio: 2, pValue: 0 });
  });
});
