import { expect, test } from 'vitest';
import { compare } from '../../src/analysis/comparison/compare.ts';
import { METRICS, type Metric } from '../../src/analysis/condition/metric.ts';
import { analyse } from '../../src/analysis/run/analyse.ts';
import { comparisonMarkdown, comparisonText } from '../../src/report/comparison-text.ts';
import { reportMarkdown, reportText } from '../../src/report/report-text.ts';
import { simulatedRun } from '../analysis/simulated-run.ts';

/** Two repeats that are far apart: by Student's t of one degree of freedom, the figure could be anything. */
const vague = (seed: number) =>
  simulatedRun({ blocks: [1, 20], clients: [1], repeat: 2, seed, betweenRepeats: 1.5 });
const settings = {
  metric: METRICS.get('msgs_per_s') as Metric,
  practical: 0.02,
  conditions: [],
  differences: [],
};
const comparison = compare(vague(1), vague(2), settings);

test.each([
  ['a report', reportText(analyse(vague(1)))],
  ['a report in Markdown', reportMarkdown(analyse(vague(1)))],
  ['a comparison', comparisonText(comparison)],
  ['a comparison in Markdown', comparisonMarkdown(comparison)],
])('an interval that says nothing is said to say nothing in %s', (_, text) => {
  expect(text).toContain('says nothing');
  expect(text).not.toMatch(/\d{7}/); // as in "0.005 to 230,871,714,940", or +23087171494000 %
});

test('a comparison shows the figures that it compares', () => {
  const rows = comparisonMarkdown(
    compare(vague(1), vague(2), { ...settings, metric: METRICS.get('mean_block') as Metric }),
  )
    .split('\n')
    .filter((line) => line.startsWith('| users'));
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    const [a = 0, b = 0] = row
      .split(' | ')
      .slice(4, 6)
      .map((text) => Number.parseFloat(text) * (text.includes('µs') ? 1e-3 : text.includes('ns') ? 1e-6 : 1));
    const change = Number.parseFloat((row.split(' | ')[6] ?? '').replace('−', '-'));
    expect((b / a - 1) * 100).toBeCloseTo(change, -1);
  }
});
