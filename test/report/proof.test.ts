import { describe, expect, test } from 'vitest';
import { compare, isMeasured, pairsOf } from '../../src/analysis/comparison/compare.ts';
import { METRICS, type Metric } from '../../src/analysis/condition/metric.ts';
import { parseThresholds } from '../../src/analysis/condition/threshold.ts';
import { analyse } from '../../src/analysis/run/analyse.ts';
import type { Cell } from '../../src/analysis/run/analysis.ts';
import { comparisonMarkdown, comparisonText } from '../../src/report/comparison-text.ts';
import { reportCsv } from '../../src/report/report-csv.ts';
import { reportMarkdown, reportText } from '../../src/report/report-text.ts';
import type { RunData } from '../../src/run-file/record/run-data.ts';
import type { CellRecord } from '../../src/run-file/record/run-record.ts';
import { simulatedRun } from '../analysis/simulated-run.ts';

/** Where a verdict is passed on, from the run file to whoever reads of it: what was not proved is never called proved. */
const CLAIMS_PROOF = /was proved|all valid and proved|\bproved$/im;

/** A run of one cell, of whose repeats the last is as given. */
function runOf(last: Partial<CellRecord>): RunData {
  const run = simulatedRun({ blocks: [5], clients: [1], repeat: 3, seed: 1 });
  return {
    ...run,
    measurements: run.measurements.map((measurement) => ({
      ...measurement,
      cell: { ...measurement.cell, ...(measurement.cell.repeat === 3 ? last : {}) },
    })),
  };
}

const UNPROVED = { proved: false };
const UNPROVABLE = { proved: false, provable: false };

describe.each([
  ['a repeat that was not proved', UNPROVED],
  ['a repeat of a server that gives no proof', UNPROVABLE],
])('%s', (_, last) => {
  const run = runOf(last);
  const analysis = analyse(run);
  const [cell] = analysis.cells as [Cell];

  test('makes its cell unproved, and is counted', () => {
    expect(cell.proved).toBe(false);
    expect(analysis.unproved).toBe(1);
  });

  test('is told in the answer', () => {
    expect(analysis.answer.join('\n')).toContain('NOT PROVED');
    expect(analysis.answer.join('\n')).not.toMatch(CLAIMS_PROOF);
  });

  test('crosses the threshold', () => {
    expect(parseThresholds('proved')[0]?.crossedBy(cell)).toBe('is not proved');
  });

  test.each([
    ['text', reportText(analysis)],
    ['Markdown', reportMarkdown(analysis)],
  ])('is not called proved in %s', (_format, text) => {
    expect(text.match(/NOT PROVED/g)?.length).toBeGreaterThanOrEqual(2); // in the answer and beside the cell
    expect(text.replaceAll(/NOT PROVED/gi, '')).not.toMatch(CLAIMS_PROOF);
  });

  test('is not proved in CSV', () => {
    const [header = '', row = ''] = reportCsv(analysis).split('\r\n');
    expect(row.split(',')[header.split(',').indexOf('proved')]).toBe('false');
  });

  test('is told by a comparison', () => {
    const metric = METRICS.get('mean_block') as Metric;
    const comparison = compare(run, runOf({}), { metric, practical: 0.02, conditions: [], differences: [] });
    for (const text of [comparisonText(comparison), comparisonMarkdown(comparison)])
      expect(text).toMatch(/1 of 3 measurements of A is (NOT PROVED|invalid or not proved)/);
  });
});

test('figures of a server that gives no proof are told all the same, behind the word that they are not proved', () => {
  const { answer, cells } = analyse(runOf(UNPROVABLE));
  expect(answer[0]).toMatch(/^NOT PROVED: the server gives no proof/);
  expect(cells[0]?.valid).toBe(true);
  const [plain, other] = [runOf(UNPROVABLE), runOf(UNPROVABLE)];
  expect(isMeasured(pairsOf(plain, other), METRICS.get('mean_block') as Metric)).toBe(true);
});

test('what was to be proved and was not is in no figure', () => {
  const metric = METRICS.get('mean_block') as Metric;
  const comparison = compare(runOf(UNPROVED), runOf({}), {
    metric,
    practical: 0.02,
    conditions: [],
    differences: [],
  });
  expect(comparison.cells[0]?.repeats_a).toBe(2);
});

test('a run without a cell proves nothing', () => {
  const { answer } = analyse({ ...runOf({}), measurements: [] });
  expect(answer.join(' ')).not.toMatch(/proved/i);
});
