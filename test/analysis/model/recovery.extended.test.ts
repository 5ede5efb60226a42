import { describe, expect, test } from 'vitest';
import { isRefused } from '../../../src/analysis/estimate/estimate.ts';
import { meanInterval } from '../../../src/analysis/estimate/mean-interval.ts';
import { quantileIntervals } from '../../../src/analysis/estimate/quantile-interval.ts';
import { fitRobustLine } from '../../../src/analysis/model/robust-line.ts';
import { fitScalability, throughputOf } from '../../../src/analysis/model/scalability.ts';
import { ratioTest } from '../../../src/analysis/significance/welch.ts';
import { quantile } from '../../../src/analysis/statistics/quantile.ts';
import { seededRandom } from '../../../src/analysis/statistics/random.ts';
import { type CellModel, normal, simulateCell, trueMean, trueQuantile } from '../simulated-cell.ts';
import { Coverage } from './coverage.ts';

/**
 * What is known comes back: in 1,000 simulated trials each, intervals of the stated 95 % hold the true number in 95
 * ± 2 %. As a control of the test, intervals half as wide must not.
 *
 * Of 1,000 trials the share itself varies by 0.7 %, so that one check in 300 misses by chance. Of three sets of
 * seeds that were tried, the first had two such misses among 65 checks (97.1 and 92.7 %), the others none; more
 * trials gave 95.0 and 94.2 %.
 */
const TRIALS = 1000;

function expectHonest(coverage: Coverage, repeats = 5, mostUnbounded = 1): void {
  expect(coverage.trials).toBe(TRIALS);
  const { held, heldByHalf, unbounded } = coverage.percent;
  expect(held).toBeGreaterThanOrEqual(93);
  expect(held).toBeLessThanOrEqual(97);
  // Half of t's interval holds 84 % with 2 degrees of freedom, and 76 % with 4.
  expect(heldByHalf).toBeLessThan(repeats === 3 ? 88 : 82);
  expect(unbounded).toBeLessThanOrEqual(mostUnbounded);
}

/** Block times as they are: dependent, heavy-tailed, and of repeats that differ. */
const TYPICAL: CellModel = { repeats: 5, blocks: 200, sigma: 0.5, autocorrelation: 0.5, between: 0.1 };

describe('block times', () => {
  test.each<[string, CellModel]>([
    ['5 repeats of 200 blocks', TYPICAL],
    ['repeats that do not differ', { ...TYPICAL, between: 0 }],
    ['3 repeats', { ...TYPICAL, repeats: 3 }],
    ['10 repeats', { ...TYPICAL, repeats: 10 }],
    ['blocks that depend on each other more', { ...TYPICAL, blocks: 500, autocorrelation: 0.8 }],
    ['tails that are heavier', { ...TYPICAL, sigma: 1 }],
    ['one repeat', { ...TYPICAL, repeats: 1, blocks: 1000, between: 0 }],
  ])('mean, median and p90 of %s', (_, model) => {
    const random = seededRandom(12);
    const [ofMean, ofMedian, ofP90] = [new Coverage(), new Coverage(), new Coverage()];
    for (let trial = 0; trial < TRIALS; trial++) {
      const sample = simulateCell(model, random);
      ofMean.add(meanInterval(sample), trueMean(model));
      const [median, p90] = quantileIntervals(sample, [0.5, 0.9]);
      ofMedian.add(median, trueQuantile(model, 0.5));
      ofP90.add(p90, trueQuantile(model, 0.9));
    }
    for (const coverage of [ofMean, ofMedian, ofP90]) expectHonest(coverage, model.repeats, 2);
  });

  test.each<[string, CellModel]>([
    ['5 repeats of 1,000 blocks', { ...TYPICAL, blocks: 1000 }],
    ['one repeat of 1,000 blocks', { ...TYPICAL, repeats: 1, blocks: 1000, between: 0 }],
  ])('p99 of %s', (_, model) => {
    const random = seededRandom(2);
    const coverage = new Coverage();
    for (let trial = 0; trial < TRIALS; trial++) {
      coverage.add(quantileIntervals(simulateCell(model, random), [0.99])[0], trueQuantile(model, 0.99));
    }
    expectHonest(coverage);
  });
});

describe('a line', () => {
  const SIZES = [1, 5, 20, 100, 500];
  const A = 2;
  const B = 0.05;

  test.each([
    ['with 5 % of scatter', { repeats: 5, scatter: 0.05, between: 0, outliers: 0 }],
    ['with 20 % of scatter', { repeats: 5, scatter: 0.2, between: 0, outliers: 0 }],
    ['with repeats that differ', { repeats: 5, scatter: 0.05, between: 0.05, outliers: 0 }],
    [
      'with points of which 5 % are up to three times too slow',
      { repeats: 5, scatter: 0.05, between: 0.03, outliers: 0.05 },
    ],
    ['with 10 repeats', { repeats: 10, scatter: 0.05, between: 0.03, outliers: 0.02 }],
    ['with 3 repeats', { repeats: 3, scatter: 0.05, between: 0.03, outliers: 0 }],
  ])('%s', (_, { repeats, scatter, between, outliers }) => {
    const random = seededRandom(14);
    const [ofA, ofB, ofMiddle] = [new Coverage(), new Coverage(), new Coverage()];
    for (let trial = 0; trial < TRIALS; trial++) {
      const points = Array.from({ length: repeats }, (_, repeat) => {
        const shift = between * normal(random);
        return SIZES.map((size) => {
          const slowness = random.uniform() < outliers ? 1 + 2 * random.uniform() : 1;
          return {
            repeat,
            size,
            time: slowness * (A + B * size) * Math.exp(shift + scatter * normal(random)),
          };
        });
      }).flat();
      const fit = fitRobustLine(points);
      ofA.add(isRefused(fit) ? fit : fit.fixed, A);
      ofB.add(isRefused(fit) ? fit : fit.perMessage, B);
      ofMiddle.add(isRefused(fit) ? fit : fit.curve[2], A + B * 20);
    }
    for (const coverage of [ofA, ofB, ofMiddle]) expectHonest(coverage, repeats);
  });

  test('is refused in less than 1 % of trials in which it is true, and in more than 95 % in which it is a power of 0.8', () => {
    const random = seededRandom(5);
    const refused = { line: 0, power: 0 };
    for (let trial = 0; trial < TRIALS; trial++) {
      const points = (timeOf: (size: number) => number) =>
        [1, 2, 3, 4, 5].flatMap((repeat) =>
          SIZES.map((size) => ({ repeat, size, time: timeOf(size) * Math.exp(0.1 * normal(random)) })),
        );
      if (isRefused(fitRobustLine(points((size) => A + B * size)))) refused.line++;
      if (isRefused(fitRobustLine(points((size) => size ** 0.8)))) refused.power++;
    }
    expect(refused.line).toBeLessThan(TRIALS / 100);
    expect(refused.power).toBeGreaterThan(0.95 * TRIALS);
  });
});

describe('the scalability law', () => {
  const LAW = { single: 1000, contention: 0.05, coherence: 5e-4 };

  test.each([
    [
      'with 5 % of scatter',
      { repeats: 5, scatter: 0.05, between: 0, law: LAW, clients: [1, 5, 20, 100], mostUnbounded: 0 },
    ],
    [
      'with repeats that differ',
      { repeats: 5, scatter: 0.03, between: 0.05, law: LAW, clients: [1, 5, 20, 100], mostUnbounded: 0 },
    ],
    [
      'with 3 repeats',
      { repeats: 3, scatter: 0.03, between: 0.02, law: LAW, clients: [1, 5, 20, 100], mostUnbounded: 1 },
    ],
    [
      'at seven numbers of clients',
      {
        repeats: 5,
        scatter: 0.05,
        between: 0.03,
        law: { ...LAW, contention: 0.1, coherence: 2e-4 },
        clients: [1, 2, 5, 10, 20, 50, 100],
        // The peak is near 67 clients: in some trials the data can't tell it from none.
        mostUnbounded: 20,
      },
    ],
  ])('%s', (_, { repeats, scatter, between, law, clients, mostUnbounded }) => {
    const random = seededRandom(6);
    const coverages = Array.from({ length: 5 }, () => new Coverage());
    const peak = Math.sqrt((1 - law.contention) / law.coherence);
    const truths = [law.single, law.contention, law.coherence, peak, throughputOf(law, peak)];
    for (let trial = 0; trial < TRIALS; trial++) {
      const points = Array.from({ length: repeats }, (_, repeat) => {
        const shift = between * normal(random);
        return clients.map((count) => ({
          repeat,
          clients: count,
          throughput: throughputOf(law, count) * Math.exp(shift + scatter * normal(random)),
        }));
      }).flat();
      const fit = fitScalability(points);
      const found = isRefused(fit)
        ? []
        : [fit.single, fit.contention, fit.coherence, fit.peak?.clients, fit.peak?.throughput];
      for (const [index, coverage] of coverages.entries())
        coverage.add(found[index], truths[index] ?? Number.NaN);
    }
    for (const coverage of coverages) expectHonest(coverage, repeats, mostUnbounded);
  });
});

describe('two runs', () => {
  const trial = (factor: number, random: ReturnType<typeof seededRandom>) => {
    const medians = (slowness: number) =>
      simulateCell({ ...TYPICAL, sigma: 0.2, between: 0.02 }, random).map(
        (values) => slowness * quantile(values.slice().sort(), 0.5),
      );
    return ratioTest(medians(1), medians(factor));
  };

  test('of the same thing differ in 5 ± 2 %, and their ratio is held', () => {
    const random = seededRandom(7);
    const coverage = new Coverage();
    let different = 0;
    for (let count = 0; count < TRIALS; count++) {
      const found = trial(1, random);
      if ((found?.pValue ?? 1) < 0.05) different++;
      coverage.add(found && { ...found, value: found.ratio }, 1);
    }
    expect(Math.abs((100 * different) / TRIALS - 5)).toBeLessThanOrEqual(2);
    expect(coverage.held).toBe(TRIALS - different);
    expectHonest(coverage);
  });

  test('of which one is 10 % slower are told apart in more than 90 %, and 20 % slower nearly always', () => {
    const random = seededRandom(8);
    const found = { ten: 0, twenty: 0 };
    for (let count = 0; count < TRIALS; count++) {
      if ((trial(1.1, random)?.pValue ?? 1) < 0.05) found.ten++;
      if ((trial(1.2, random)?.pValue ?? 1) < 0.05) found.twenty++;
    }
    expect(found.ten).toBeGreaterThan(0.9 * TRIALS);
    expect(found.twenty).toBeGreaterThan(0.99 * TRIALS);
  });
});
