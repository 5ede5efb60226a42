import { expect, test } from 'vitest';
import { METRICS } from '../../src/analysis/condition/metric.ts';
import { metricWords } from '../../src/report/comparison-wording.ts';

test.each([
  ['mean_block', 'mean block time'],
  ['p50_latency_from_send', 'median latency from sending'],
  ['p99_elapsed', '99th percentile of the elapsed time of a block'],
  ['msgs_per_s', 'messages a second'],
])('%s is %s', (metric, words) => {
  expect(metricWords(metric)).toBe(words);
});

test('every metric is in words', () => {
  for (const name of METRICS.keys()) expect(metricWords(name)).not.toMatch(/[_\d]{2}_|_/);
});
