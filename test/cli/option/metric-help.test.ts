import { expect, test } from 'vitest';
import { METRICS } from '../../../src/analysis/condition/metric.ts';
import { METRIC_HELP } from '../../../src/cli/option/metric-help.ts';

test('the help names every metric', () => {
  const words = new Set(METRIC_HELP.match(/\w+/g));
  const parts = [...METRICS.keys()].map(
    (name) => /^(p50|p90|p99|max|mean)_(\w+)$/.exec(name)?.slice(1) ?? [name],
  );
  expect(parts.flat().filter((part) => !words.has(part))).toEqual([]);
  expect(METRICS.size).toBe(5 * 4 + 3);
});
