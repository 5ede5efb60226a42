import { expect, test } from 'vitest';
import { isRefused } from '../../../src/analysis/estimate/estimate.ts';
import { meanInterval } from '../../../src/analysis/estimate/mean-interval.ts';
import { quantileIntervals } from '../../../src/analysis/estimate/quantile-interval.ts';
import { fitRobustLine } from '../../../src/analysis/model/robust-line.ts';
import { fitScalability, throughputOf } from '../../../src/analysis/model/scalability.ts';
import { seededRandom } from '../../../src/analysis/statistics/random.ts';
import { type CellModel, normal, simulateCell, trueMean, trueQuantile } from '../simulated-cell.ts';
import { Coverage } from './coverage.ts';

/**
 * What is known comes back: the quick form, of 100 trials of one seed, in which intervals of 95 % hold the true number
 * in 95 ± 7 %, and half as wide ones in less. recovery.extended.test.ts has 1,000 trials, and many models.
 */
const TRIALS = 100;
const REPEATS = [0, 1, 2, 3, 4];

function expectHonest(...coverages: Coverage[]): void {
  for (const coverage of coverages) {
    expect(coverage.trials).toBe(TRIALS);
    expect(coverage.percent.held).toBeGreaterThanOrEqual(88);
    expect(coverage.percent.heldByHalf).toBeLessThan(coverage.percent.held);
    expect(coverage.percent.heldByHalf).toBeLessThan(88);
  }
}

test('block times: their mean and median', () => {
  const model: CellModel = { repeats: 5, blocks: 200, sigma: 0.5, autocorrelation: 0.5, between: 0.1 };
  const random = seededRandom(12);
  const [ofMean, ofMedian] = [new Coverage(), new Coverage()];
  for (let trial = 0; trial < TRIALS; trial++) {
    const sample = simulateCell(model, random);
    ofMean.add(meanInterval(sample), trueMean(model));
    ofMedian.add(quantileIntervals(sample, [0.5])[0], trueQuantile(model, 0.5));
  }
  expectHonest(ofMean, ofMedian);
});

test('a line: its fixed time and its time a message', () => {
  const random = seededRandom(14);
  const [ofFixed, ofMessage] = [new Coverage(), new Coverage()];
  for (let trial = 0; trial < TRIALS; trial++) {
    const points = REPEATS.flatMap((repeat) =>
      [1, 5, 20, 100, 500].map((size) => ({
        ...{ repeat, size },
        time: (2 + 0.05 * size) * Math.exp(0.05 * normal(random)),
      })),
    );
    const fit = fitRobustLine(points);
    ofFixed.add(isRefused(fit) ? fit : fit.fixed, 2);
    ofMessage.add(isRefused(fit) ? fit : fit.perMessage, 0.05);
  }
  expectHonest(ofFixed, ofMessage);
});

test('the scalability law: its throughput of one client, and its contention', () => {
  const law = { single: 1000, contention: 0.05, coherence: 5e-4 };
  const random = seededRandom(6);
  const [ofSingle, ofContention] = [new Coverage(), new Coverage()];
  for (let trial = 0; trial < TRIALS; trial++) {
    const points = REPEATS.flatMap((repeat) =>
      [1, 5, 20, 100].map((clients) => ({
        ...{ repeat, clients },
        throughput: throughputOf(law, clients) * Math.exp(0.05 * normal(random)),
      })),
    );
    const fit = fitScalability(points);
    ofSingle.add(isRefused(fit) ? fit : fit.single, law.single);
    ofContention.add(isRefused(fit) ? fit : fit.contention, law.contention);
  }
  expectHonest(ofSingle, ofContention);
});
