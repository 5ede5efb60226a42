import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefused } from '../../../src/analysis/estimate/estimate.ts';
import { findKnee } from '../../../src/analysis/model/knee.ts';
import { leastSquares } from '../../../src/analysis/model/least-squares.ts';
import {
  fitScalability,
  type Law,
  type ScalabilityLawFit,
  type ScalabilityPoint,
  throughputOf,
} from '../../../src/analysis/model/scalability.ts';
import { R } from '../constants/r-constants.ts';

const CLIENTS = [1, 5, 20, 100];

function pointsOf(
  of: (clients: number, repeat: number) => number,
  repeats = 5,
  numbers = CLIENTS,
): ScalabilityPoint[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    numbers.map((clients) => ({ repeat, clients, throughput: of(clients, repeat) })),
  ).flat();
}

function fitOf(points: readonly ScalabilityPoint[]): ScalabilityLawFit {
  const fit = fitScalability(points);
  if (isRefused(fit)) throw new Error(fit.refused);
  return fit;
}

const measured = (throughputs: readonly number[]): ScalabilityPoint[] =>
  R.scalability.clients.map((clients: number, index: number) => ({
    clients,
    repeat: R.scalability.repeats[index],
    throughput: throughputs[index],
  }));

const wobble = (clients: number, repeat: number) => 1 + 0.02 * Math.sin(5 * clients + 11 * repeat);

describe('fitScalability', () => {
  test('agrees with R’s nls, intervals included', () => {
    const expected = R.scalability;
    const fit = fitOf(measured(expected.throughputs));
    expect(fit.single.value / expected.single).toBeCloseTo(1, 7);
    expect(fit.contention.value / expected.contention).toBeCloseTo(1, 6);
    expect(fit.coherence.value / expected.coherence).toBeCloseTo(1, 6);
    expect((fit.contention.high - fit.contention.value) / expected.contentionReach).toBeCloseTo(1, 5);
    expect((fit.coherence.value - fit.coherence.low) / expected.coherenceReach).toBeCloseTo(1, 5);
    const squares = fit.residuals.reduce(
      (sum, { throughput, fitted }) => sum + Math.log(throughput / fitted) ** 2,
      0,
    );
    expect(squares / expected.squares).toBeCloseTo(1, 9);
  });

  test('agrees with R’s port algorithm where contention stands at its bound', () => {
    const { bent, boundedSingle, boundedContention, boundedCoherence } = R.scalability;
    const fit = fitOf(measured(bent));
    expect(fit.contention.value).toBe(boundedContention);
    expect(fit.single.value / boundedSingle).toBeCloseTo(1, 6);
    expect(fit.coherence.value / boundedCoherence).toBeCloseTo(1, 6);
    expect(fit.contention.low).toBe(0);
  });

  test('finds a law without error as it is, with its peak', () => {
    const contentions = fc.double({ min: 0.001, max: 0.5, noNaN: true });
    const coherences = fc.double({ min: 1e-5, max: 0.01, noNaN: true });
    fc.assert(
      fc.property(
        contentions,
        coherences,
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        (contention, coherence, single) => {
          const law: Law = { single, contention, coherence };
          const fit = fitOf(pointsOf((clients) => throughputOf(law, clients)));
          expect(fit.single.value / single).toBeCloseTo(1, 5);
          expect(fit.contention.value / contention).toBeCloseTo(1, 4);
          expect(fit.coherence.value / coherence).toBeCloseTo(1, 4);
          const peak = Math.sqrt((1 - contention) / coherence);
          expect((fit.peak?.clients.value ?? 0) / peak).toBeCloseTo(1, 3);
          expect((fit.peak?.throughput.value ?? 0) / throughputOf(law, peak)).toBeCloseTo(1, 3);
          expect(fit.peak?.isBeyond).toBe(peak > 100);
          expect(fit.rSquared).toBeCloseTo(1, 5);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('finds contention 1, by which clients only take turns', () => {
    const fit = fitOf(pointsOf((clients, repeat) => 500 * wobble(clients, repeat)));
    expect(fit.contention.value).toBeCloseTo(1, 1);
    expect(fit.single.value / 500).toBeCloseTo(1, 1);
  });

  test('where throughput grows in proportion, has no peak', () => {
    const fit = fitOf(pointsOf((clients) => 10 * clients));
    expect(fit).toMatchObject({ contention: { value: 0, low: 0 }, coherence: { value: 0, low: 0 } });
    expect(fit).not.toHaveProperty('peak');
  });

  test('where the data cannot tell whether there is a peak, its interval has no end', () => {
    const law = { single: 100, contention: 0.05, coherence: 1e-4 };
    const fit = fitOf(
      pointsOf((clients, repeat) => throughputOf(law, clients) * (1 + 0.2 * Math.sin(clients + repeat))),
    );
    expect(fit.coherence.low).toBe(0);
    expect(fit.peak?.clients.high).toBe(Number.POSITIVE_INFINITY);
    expect(fit.peak?.clients.low).toBeGreaterThan(0);
  });

  test('intervals hold their values', () => {
    const law = { single: 100, contention: 0.05, coherence: 5e-4 };
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.7, max: 1.4, noNaN: true }), { minLength: 20, maxLength: 20 }),
        (factors) => {
          let at = 0;
          const fit = fitScalability(
            pointsOf((clients) => throughputOf(law, clients) * (factors[at++] ?? 1)),
          );
          if (isRefused(fit)) return;
          const { peak } = fit;
          for (const estimate of [
            fit.single,
            fit.contention,
            fit.coherence,
            ...fit.curve,
            peak?.clients,
            peak?.throughput,
          ]) {
            if (estimate === undefined) continue;
            expect(estimate.low).toBeLessThanOrEqual(estimate.value);
            expect(estimate.high).toBeGreaterThanOrEqual(estimate.value);
            expect(estimate.low).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  test.each([
    [
      'three numbers of clients',
      pointsOf((clients) => clients, 5, [1, 5, 20]),
      'the scalability law needs 4 numbers of clients, and there are 3',
    ],
    ['a throughput of 0', pointsOf((clients) => clients - 1), 'a throughput is not a number above 0'],
    ['throughput that is not a number', pointsOf(() => Number.NaN), 'a throughput is not a number above 0'],
  ])('refuses %s', (_, points, refused) => {
    expect(fitScalability(points)).toEqual({ refused });
  });

  test('refuses repeats that are so far apart that contention could be anything', () => {
    const points = pointsOf((clients, repeat) => (1 + ((clients * 7 + repeat * 3) % 5)) * 100);
    expect(fitScalability(points)).toEqual({
      refused: expect.stringMatching(
        /^the repeats differ too much for the scalability law: contention could be anything from [\d.]+ to [\d.e+]+$/,
      ),
    });
  });

  test('refuses a curve that no such law has: up, down and up again', () => {
    const heights = new Map([
      [1, 100],
      [5, 400],
      [20, 150],
      [50, 700],
      [100, 300],
    ]);
    const points = pointsOf(
      (clients, repeat) => (heights.get(clients) ?? 0) * wobble(clients, repeat),
      5,
      [1, 5, 20, 50, 100],
    );
    expect(fitScalability(points)).toEqual({
      refused: expect.stringMatching(
        /^throughput does not follow the scalability law: with \d+ clients it is \d+ % /,
      ),
    });
  });
});

describe('leastSquares', () => {
  const line = (lowest: readonly number[]) => ({
    count: 3,
    lowest,
    evaluate([a = 0, b = 0]: readonly number[], residuals: Float64Array, derivatives: Float64Array) {
      for (const [row, [x, y]] of [
        [0, 1],
        [1, 0],
        [2, -1],
      ].entries()) {
        residuals[row] = a + b * (x ?? 0) - (y ?? 0);
        derivatives[row * 2] = 1;
        derivatives[row * 2 + 1] = x ?? 0;
      }
    },
  });

  test('finds the lowest point, and the lowest within the bounds', () => {
    expect(leastSquares(line([-9, -9]), [5, 5])).toEqual([expect.closeTo(1, 9), expect.closeTo(-1, 9)]);
    expect(leastSquares(line([-9, 0]), [5, 5])).toEqual([expect.closeTo(0, 7), 0]);
  });
});

describe('findKnee', () => {
  const curve = (of: (clients: number) => number, numbers = [1, 2, 5, 10, 20, 50, 100]) =>
    numbers.map((clients) => ({ clients, throughputs: [of(clients)] }));

  test('is where growth stops', () => {
    expect(findKnee(curve((clients) => Math.min(clients, 20)))).toMatchObject({
      clients: 20,
      throughput: 20,
    });
    expect(findKnee(curve((clients) => Math.min(clients, 5), [1, 5, 20, 100]))?.clients).toBe(5);
  });

  test('is the one that the paper’s own example has: y = -1 / x + 5 over 0.1 … 1 bends at 0.31', () => {
    // The largest of y - x on scaled axes: the slope of -1 / x is that of the chord where x = sqrt(0.1 · 1).
    const numbers = Array.from({ length: 91 }, (_, index) => 0.1 + index / 100);
    expect(findKnee(curve((x) => -1 / x + 5, numbers))?.clients).toBeCloseTo(Math.sqrt(0.1), 1);
  });

  test('is found before a fall, too', () => {
    expect(
      findKnee(curve((clients) => throughputOf({ single: 1, contention: 0.05, coherence: 0.005 }, clients)))
        ?.clients,
    ).toBe(10);
  });

  test('is nowhere on a line, on a curve that bends the other way, that falls, that stays, or of three points', () => {
    expect(findKnee(curve((clients) => 3 * clients))).toBeUndefined();
    // Bent by a twentieth of its range, as noise could do it.
    expect(findKnee(curve((clients) => clients + (clients === 50 ? 5 : 0)))).toBeUndefined();
    expect(findKnee(curve((clients) => clients ** 2))).toBeUndefined();
    expect(findKnee(curve((clients) => 100 / clients))).toBeUndefined();
    expect(findKnee(curve(() => 4))).toBeUndefined();
    expect(findKnee(curve((clients) => Math.min(clients, 5), [1, 5, 20]))).toBeUndefined();
    expect(findKnee([])).toBeUndefined();
  });

  test('is only where throughput has risen by more than its repeats differ', () => {
    const repeats = (spread: number) =>
      [1, 5, 20, 100].map((clients) => ({
        clients,
        throughputs: [1 - spread, 1, 1 + spread, 1].map((factor) => factor * Math.min(clients, 5)),
      }));
    expect(findKnee(repeats(0.2))?.clients).toBe(5);
    expect(findKnee(repeats(0.99))).toBeUndefined();
  });

  test('does not care about the order of the points or the unit', () => {
    const points = curve((clients) => clients / (1 + 0.1 * clients));
    const knee = findKnee(points);
    expect(findKnee(points.toReversed())).toEqual(knee);
    const scaled = points.map(({ clients, throughputs: [throughput = 0] }) => ({
      clients,
      throughputs: [1000 * throughput],
    }));
    expect(findKnee(scaled)).toMatchObject({
      clients: knee?.clients,
      distance: expect.closeTo(knee?.distance ?? 0, 12),
    });
  });
});
