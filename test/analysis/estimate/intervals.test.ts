import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockLength } from '../../../src/analysis/estimate/block-length.ts';
import { isRefused } from '../../../src/analysis/estimate/estimate.ts';
import { independentGroups } from '../../../src/analysis/estimate/groups.ts';
import { meanInterval } from '../../../src/analysis/estimate/mean-interval.ts';
import { quantileIntervals } from '../../../src/analysis/estimate/quantile-interval.ts';
import { quantile } from '../../../src/analysis/statistics/quantile.ts';
import { seededRandom } from '../../../src/analysis/statistics/random.ts';
import { mean } from '../../../src/analysis/statistics/summary.ts';
import { simulateCell } from '../simulated-cell.ts';

const series = (autocorrelation: number, length: number, seed: number) => {
  const model = { repeats: 1, blocks: length, sigma: 1, autocorrelation, between: 0 };
  return simulateCell(model, seededRandom(seed))[0] ?? new Float64Array();
};

const typicalLength = (autocorrelation: number, length: number) =>
  mean(Array.from({ length: 30 }, (_, seed) => blockLength(series(autocorrelation, length, seed))));

describe('blockLength', () => {
  test('grows with the dependence and with the length of the series', () => {
    expect(typicalLength(0, 1000)).toBeLessThan(4);
    expect(typicalLength(0.5, 1000)).toBeGreaterThan(typicalLength(0, 1000) + 3);
    expect(typicalLength(0.8, 1000)).toBeGreaterThan(1.5 * typicalLength(0.5, 1000));
    expect(typicalLength(0.5, 8000)).toBeGreaterThan(1.5 * typicalLength(0.5, 1000));
  });

  test('is near the length that theory gives an AR(1) series: (3/2 (2 phi / (1 - phi^2))^2 n)^(1/3)', () => {
    // For AR(1), G = 2 phi / (1 - phi^2) times the spectrum at 0, and D = 4/3 of its square.
    for (const phi of [0.3, 0.5, 0.7]) {
      const theory = Math.cbrt(1.5 * ((2 * phi) / (1 - phi ** 2)) ** 2 * 4000);
      expect(Math.abs(typicalLength(phi, 4000) / theory - 1)).toBeLessThan(0.25);
    }
  });

  test('does not depend on the scale, however heavy the tails', () => {
    const gentle = series(0.6, 500, 3);
    expect(blockLength(gentle.map((value) => Math.exp(5 * Math.log(value))))).toBe(blockLength(gentle));
  });

  test('is 1 where nothing varies, or hardly anything is there', () => {
    expect(blockLength(new Float64Array(500).fill(3))).toBe(1);
    expect(blockLength(Float64Array.of(1, 2, 3))).toBe(1);
    expect(blockLength(new Float64Array())).toBe(1);
  });

  test('is never longer than a third of the series', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 }),
        (values) => {
          const length = blockLength(Float64Array.from(values));
          expect(length).toBeGreaterThanOrEqual(1);
          expect(length).toBeLessThanOrEqual(Math.max(1, Math.ceil(values.length / 3)));
        },
      ),
    );
  });
});

describe('independentGroups', () => {
  test('are the repeats that have blocks', () => {
    const sample = [Float64Array.of(1, 2), new Float64Array(), Float64Array.of(3)];
    expect(independentGroups(sample)).toEqual({ members: [sample[0], sample[2]], basis: 'repeats' });
  });

  test('are batches of the only repeat: 10, or fewer and longer where blocks depend on each other far', () => {
    const { members, basis } = independentGroups([series(0.3, 1000, 1)]);
    expect(basis).toBe('blocks');
    expect(members).toHaveLength(10);
    expect(members.flatMap((batch) => Array.from(batch))).toEqual(Array.from(series(0.3, 1000, 1)));
    expect(independentGroups([series(0.98, 1000, 1)]).members.length).toBeLessThan(8);
    expect(independentGroups([Float64Array.of(5, 6)]).members).toHaveLength(2);
  });
});

const cell = (seed: number, repeats = 5, blocks = 60) =>
  simulateCell({ repeats, blocks, sigma: 0.5, autocorrelation: 0.5, between: 0.1 }, seededRandom(seed));

describe('meanInterval', () => {
  test('of repeats that are alike in length is Student’s t around their logarithms, nearly', () => {
    const sample = [10, 11, 12].map((level) => new Float64Array(50).fill(level));
    const interval = meanInterval(sample);
    if (isRefused(interval)) throw new Error(interval.refused);
    // t with 2 degrees of freedom is 4.303; the standard error of the mean is 1 / sqrt(3).
    expect(interval.value).toBe(11);
    expect(Math.log(interval.high / interval.low) / 2).toBeCloseTo(4.303 / Math.sqrt(3) / 11, 2);
    expect(interval).toMatchObject({ level: 0.95, basis: 'repeats' });
  });

  test('takes values below 0, too', () => {
    expect(
      meanInterval([Float64Array.of(-1, 1), Float64Array.of(-2, 1), Float64Array.of(-3, 1)]),
    ).toMatchObject({
      value: -0.5,
      low: expect.closeTo(-0.5 - 4.30265 * (0.5 / Math.sqrt(3)), 4),
    });
  });

  test('counts every block the same, whichever repeat it is in', () => {
    expect(meanInterval([Float64Array.of(1, 1, 1), Float64Array.of(5)])).toMatchObject({ value: 2 });
  });

  test('refuses without two groups', () => {
    expect(meanInterval([])).toHaveProperty('refused');
    expect(meanInterval([Float64Array.of(3)])).toHaveProperty('refused');
  });
});

describe('quantileIntervals', () => {
  test('hold their quantiles, in the order of the probabilities', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 2, max: 6 }), (seed, repeats) => {
        const sample = cell(seed, repeats);
        const pooled = Float64Array.from(sample.flatMap((values) => Array.from(values))).sort();
        const probabilities = [0.25, 0.5, 0.9];
        for (const [index, interval] of quantileIntervals(sample, probabilities).entries()) {
          if (isRefused(interval)) throw new Error(interval.refused);
          expect(interval.value).toBe(quantile(pooled, probabilities[index] ?? 0));
          expect(interval.low).toBeLessThanOrEqual(interval.value);
          expect(interval.high).toBeGreaterThanOrEqual(interval.value);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('do not change with the unit, and turn with the order', () => {
    const [one] = quantileIntervals(cell(1), [0.5]);
    const [other] = quantileIntervals(
      cell(1).map((values) => values.map((value) => 1000 * value)),
      [0.5],
    );
    if (one === undefined || other === undefined || isRefused(one) || isRefused(other))
      throw new Error('refused');
    expect(other.low / one.low).toBeCloseTo(1000, 9);
    expect(other.high / one.high).toBeCloseTo(1000, 9);
  });

  test('are wider at a higher level', () => {
    const [narrow] = quantileIntervals(cell(2), [0.5], 0.8);
    const [wide] = quantileIntervals(cell(2), [0.5], 0.99);
    if (narrow === undefined || wide === undefined || isRefused(narrow) || isRefused(wide))
      throw new Error('refused');
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  test('refuse where fewer than 5 blocks lie beyond the quantile', () => {
    expect(quantileIntervals(cell(1, 5, 99), [0.99])).toEqual([
      { refused: 'an interval of the p99 needs 500 blocks, and there are 495' },
    ]);
    expect(quantileIntervals(cell(1, 5, 100), [0.99])[0]).not.toHaveProperty('refused');
    expect(quantileIntervals([], [0.5])[0]).toHaveProperty('refused');
  });

  test('have no upper end where the blocks could all be below the quantile by chance', () => {
    // 5 repeats, of which one is slow in all its last blocks: they say nothing of how slow it gets.
    const sample = cell(3, 5, 100).map((values, repeat) =>
      repeat === 0 ? values.map((value) => 50 * value) : values,
    );
    expect(quantileIntervals(sample, [0.99])[0]).toMatchObject({ high: Number.POSITIVE_INFINITY });
  });

  test('say what one repeat is worth', () => {
    expect(quantileIntervals(cell(1, 1, 400), [0.5])[0]).toMatchObject({ basis: 'blocks' });
  });
});
