import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefused } from '../../../src/analysis/estimate/estimate.ts';
import { lackOfFit } from '../../../src/analysis/model/lack-of-fit.ts';
import { fitRobustLine, type LineFit, type LinePoint } from '../../../src/analysis/model/robust-line.ts';
import { R } from '../constants/r-constants.ts';

const SIZES = [1, 5, 20, 100, 500];

function pointsOf(timeOf: (size: number, repeat: number) => number, repeats = 5, sizes = SIZES): LinePoint[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    sizes.map((size) => ({ repeat, size, time: timeOf(size, repeat) })),
  ).flat();
}

function fitOf(points: readonly LinePoint[]): LineFit {
  const fit = fitRobustLine(points);
  if (isRefused(fit)) throw new Error(fit.refused);
  return fit;
}

/** A few percent up or down, and the same each time. */
const wobble = (size: number, repeat: number) => 1 + 0.03 * Math.sin(7 * size + 13 * repeat);

describe('fitRobustLine', () => {
  test('agrees with MASS::rlm whose weights are worked out anew until nothing moves', () => {
    const { repeats, sizes, times, ...expected } = R.robustLine;
    const fit = fitOf(
      sizes.map((size: number, index: number) => ({ size, repeat: repeats[index], time: times[index] })),
    );
    expect(fit.fixed.value).toBeCloseTo(expected.fixed, 9);
    expect(fit.perMessage.value).toBeCloseTo(expected.perMessage, 10);
    expect(fit.scatter).toBeCloseTo(expected.scatter, 9);
    expect(fit.residuals.map(({ weight }) => weight)).toEqual(
      expected.weights.map((weight: number) => expect.closeTo(weight, 8)),
    );
    expect(fit.fixed.high - fit.fixed.value).toBeCloseTo(expected.fixedReach, 8);
    expect(fit.perMessage.value - fit.perMessage.low).toBeCloseTo(expected.perMessageReach, 9);
  });

  test('finds a line without error as it is', () => {
    const fit = fitOf(pointsOf((size) => 3 + 0.25 * size));
    expect(fit.fixed).toMatchObject({
      value: expect.closeTo(3, 9),
      low: expect.closeTo(3, 9),
      basis: 'repeats',
    });
    expect(fit.perMessage).toMatchObject({ value: expect.closeTo(0.25, 9), high: expect.closeTo(0.25, 9) });
    expect(fit).toMatchObject({ sizes: SIZES, repeats: 5, rSquared: expect.closeTo(1, 9) });
    expect(fit.curve.map(({ value }) => value)).toEqual(
      SIZES.map((size) => expect.closeTo(3 + 0.25 * size, 9)),
    );
  });

  test('does not care about the unit of time', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (unit) => {
        const [one, other] = [1, unit].map((factor) =>
          fitOf(pointsOf((size, repeat) => factor * (2 + 0.1 * size) * wobble(size, repeat))),
        );
        expect((other?.fixed.value ?? 0) / (one?.fixed.value ?? 0)).toBeCloseTo(
          unit / 1,
          -Math.floor(Math.log10(unit)) + 6,
        );
        expect((other?.perMessage.high ?? 0) / (one?.perMessage.high ?? 0) / unit).toBeCloseTo(1, 6);
        expect(other?.rSquared).toBeCloseTo(one?.rSquared ?? 0, 8);
      }),
      { numRuns: 30 },
    );
  });

  test('is hardly moved by one point that is ten times too slow, and gives it little weight', () => {
    const clean = fitOf(pointsOf((size, repeat) => (2 + 0.1 * size) * wobble(size, repeat)));
    const points = pointsOf((size, repeat) => (2 + 0.1 * size) * wobble(size, repeat));
    const bad = points.findIndex(({ size, repeat }) => size === 20 && repeat === 2);
    points[bad] = { size: 20, repeat: 2, time: 40 };
    const fit = fitOf(points);
    expect(Math.abs(fit.fixed.value / clean.fixed.value - 1)).toBeLessThan(0.02);
    expect(Math.abs(fit.perMessage.value / clean.perMessage.value - 1)).toBeLessThan(0.02);
    expect(fit.residuals[bad]?.weight).toBeLessThan(0.02);
  });

  test('hears small sizes as well as large ones: the fixed part is found though it is 1 % of the longest block', () => {
    const fit = fitOf(pointsOf((size, repeat) => (5 + size) * wobble(size, repeat)));
    expect(Math.abs(fit.fixed.value / 5 - 1)).toBeLessThan(0.05);
    expect(fit.fixed.low).toBeGreaterThan(4);
  });

  test('with one repeat takes the scatter of the points, and says so', () => {
    const fit = fitOf(pointsOf((size) => (2 + 0.1 * size) * wobble(size, 0), 1));
    expect(fit.fixed.basis).toBe('points');
    expect(fit).not.toHaveProperty('lackOfFit');
    expect(fit.fixed.low).toBeLessThan(2);
    expect(fit.fixed.high).toBeGreaterThan(2);
  });

  test('may cost less than nothing at size 0, where the data say so', () => {
    expect(fitOf(pointsOf((size) => -0.5 + size)).fixed.value).toBeCloseTo(-0.5, 9);
  });
});

describe('fitRobustLine refuses', () => {
  test.each([
    ['two sizes', pointsOf((size) => size, 5, [1, 20]), 'a line needs 3 block sizes, and there are 2'],
    ['nothing', [], 'a line needs 3 block sizes, and there are 0'],
    ['times of 0', pointsOf((size) => size - 1), 'a block time is not a number above 0'],
    ['times that are not numbers', pointsOf(() => Number.NaN), 'a block time is not a number above 0'],
    ['times that fall', pointsOf((size) => 100 / size), 'block time does not grow with block size'],
    ['times that stay', pointsOf(() => 5), 'block time does not grow with block size'],
    [
      'repeats of which some grow and some fall',
      pointsOf((size, repeat) => 100 + size * ([-0.15, 0.2, -0.1, 0.25, 0.02][repeat] ?? 0)),
      'the repeats differ too much to tell that a block takes longer with more messages in it',
    ],
  ])('%s', (_, points, refused) => {
    expect(fitRobustLine(points)).toEqual({ refused });
  });

  test('a curve: time that grows with the square of size', () => {
    const fit = fitRobustLine(pointsOf((size, repeat) => (1 + size ** 2 / 100) * wobble(size, repeat)));
    expect(fit).toHaveProperty('refused');
    const root = fitRobustLine(pointsOf((size, repeat) => Math.sqrt(size) * wobble(size, repeat)));
    expect(root).toEqual({
      refused: expect.stringMatching(/^block time is not a line in block size: at \d+ it is \d+ % /),
    });
  });

  test('one repeat in which a size is far off, since nothing says that it was chance', () => {
    const timeOf = (size: number) => (size === 20 ? 3 : 1) * (2 + 0.1 * size);
    expect(fitRobustLine(pointsOf(timeOf, 1, [1, 5, 20]))).toHaveProperty('refused');
    expect(fitRobustLine(pointsOf((size) => size ** 1.5, 1))).toHaveProperty('refused');
  });

  test('no curve that is slight beside what is tolerated', () => {
    const points = pointsOf(
      (size, repeat) => (2 + 0.1 * size) * (1 + 0.03 * Math.sin(size)) * (1 + repeat / 1000),
    );
    expect(fitOf(points).lackOfFit?.pValue).toBeLessThan(0.01);
    expect(fitRobustLine(points, { tolerance: 0.01 })).toHaveProperty('refused');
  });
});

describe('lackOfFit', () => {
  const { repeats, settings, relative, f, pValue } = R.lackOfFit;
  const residuals = repeats.map((repeat: number, index: number) => ({
    repeat,
    setting: settings[index],
    relative: relative[index],
  }));

  test('agrees with an analysis of variance by R', () => {
    const found = lackOfFit(residuals, 2);
    expect(found?.f).toBeCloseTo(f, 10);
    expect(found?.pValue).toBeCloseTo(pValue, 10);
  });

  test('names the setting that is missed by most', () => {
    const found = lackOfFit(residuals, 2);
    const mean = (setting: number) =>
      relative
        .filter((_: number, index: number) => settings[index] === setting)
        .reduce((a: number, b: number) => a + b) / 4;
    expect(found?.largest).toBeCloseTo(mean(found?.largestAt ?? 0), 12);
    for (const setting of [1, 2, 3, 4, 5]) {
      expect(Math.abs(mean(setting))).toBeLessThanOrEqual(Math.abs(found?.largest ?? 0) + 1e-12);
    }
  });

  test('does not mind a repeat that was slow in everything', () => {
    const shifted = residuals.map((residual: (typeof residuals)[number]) =>
      residual.repeat === 2
        ? { ...residual, relative: residual.relative + 0.3 }
        : { ...residual, relative: residual.relative - 0.1 },
    );
    expect(lackOfFit(shifted, 2)?.f).toBeCloseTo(f, 10);
  });

  test('cannot be told without repeats or spare settings', () => {
    expect(
      lackOfFit(
        residuals.filter(({ repeat }: { repeat: number }) => repeat === 1),
        2,
      ),
    ).toBeUndefined();
    expect(lackOfFit(residuals, 5)).toBeUndefined();
  });
});
