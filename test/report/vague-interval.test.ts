import { describe, expect, test } from 'vitest';
import { compare } from '../../src/analysis/comparison/compare.ts';
import { parseConditions } from '../../src/analysis/condition/condition.ts';
import { METRICS, type Metric } from '../../src/analysis/condition/metric.ts';
import { analyse } from '../../src/analysis/run/analyse.ts';
import { comparisonMarkdown, comparisonText } from '../../src/report/comparison-text.ts';
import { effectText } from '../../src/report/comparison-wording.ts';
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

test('an effect is called large only where the interval tells that there is one', () => {
  const text = comparisonText(
    compare(vague(1), vague(2), { ...settings, metric: METRICS.get('mean_block') as Metric }),
  );
  expect(text).not.toMatch(/ (small|medium|large)\b/);
  expect(text).toContain('unclear');
  const sure = { magnitude: 'large', ratio: { ratio: 1.5, low: 1.4, high: 1.6, p_value: 0.001 } } as const;
  expect(effectText(sure)).toBe('large');
  expect(effectText({ ...sure, ratio: { ...sure.ratio, low: 0.9 } })).toBe('unclear');
  expect(effectText({ ...sure, ratio: null })).toBe('unclear');
  expect(effectText({ magnitude: null, ratio: null })).toBe('–');
});

describe('the figure that is judged is shown', () => {
  const conditions = parseConditions('p99_block>+5%,mean_block>+5%,p99_block<-50%');
  const judged = compare(vague(1), vague(2), {
    ...settings,
    metric: METRICS.get('mean_block') as Metric,
    conditions,
  });

  test.each([
    ['text', comparisonText(judged)],
    ['Markdown', comparisonMarkdown(judged)],
  ])('in %s, once', (_, text) => {
    expect(text.split('p99_block of each repeat, by which it is judged')).toHaveLength(2);
    expect(text).not.toContain('mean_block of each repeat, by');
    const rows = text.split('\n').filter((line) => /^(\| )?users/.test(line));
    expect(rows).toHaveLength(4);
  });
});
