import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, quantile } from '../../../src/analysis/statistics/quantile.ts';
import { summarise } from '../../../src/analysis/statistics/summary.ts';
import { R } from '../constants/r-constants.ts';

const sample = Float64Array.from(R.quantiles.sample);

describe('quantile', () => {
  const sorted = sample.slice().sort();

  test('is what R’s type 7 says', () => {
    for (const [index, probability] of R.quantiles.probabilities.entries()) {
      expect(quantile(sorted, probability)).toBeCloseTo(R.quantiles.type7[index], 12);
    }
  });

  test('of one value is that value, of none not a number', () => {
    expect(quantile(Float64Array.of(7), 0.3)).toBe(7);
    expect(quantile(new Float64Array(), 0.3)).toBeNaN();
  });

  test('rises with the probability and stays between the ends', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    const probability = fc.double({ noNaN: true, min: 0, max: 1 });
    fc.assert(
      fc.property(values, probability, probability, (list, p, q) => {
        const ordered = Float64Array.from(list).sort();
        const [low, high] = [quantile(ordered, Math.min(p, q)), quantile(ordered, Math.max(p, q))];
        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual((ordered[0] ?? Number.NaN) - 1e-9);
        expect(high).toBeLessThanOrEqual((ordered.at(-1) ?? Number.NaN) + 1e-9);
      }),
    );
  });
});

test('median leaves its values as they are', () => {
  const values = [3, 1, 2];
  expect(median(values)).toBe(2);
  expect(values).toEqual([3, 1, 2]);
});

describe('summarise', () => {
  test('agrees with R', () => {
    const summary = summarise(sample);
    expect(summary.count).toBe(sample.length);
    expect(summary.mean).toBeCloseTo(R.quantiles.mean, 12);
    const [min, , , , p50, p90, , p99, max] = R.quantiles.type7;
    expect([summary.min, summary.p50, summary.p90, summary.p99, summary.max]).toEqual(
      [min, p50, p90, p99, max].map((value) => expect.closeTo(value, 12)),
    );
  });

  test('of nothing counts nothing', () => {
    expect(summarise(new Float64Array())).toMatchObject({ count: 0, mean: Number.NaN, p50: Number.NaN });
  });
});
