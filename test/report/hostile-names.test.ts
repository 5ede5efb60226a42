import { describe, expect, test } from 'vitest';
import { compare } from '../../src/analysis/comparison/compare.ts';
import { METRICS } from '../../src/analysis/condition/metric.ts';
import { analyse } from '../../src/analysis/run/analyse.ts';
import { comparisonMarkdown, comparisonText } from '../../src/report/comparison-text.ts';
import { reportCsv } from '../../src/report/report-csv.ts';
import { reportMarkdown, reportText } from '../../src/report/report-text.ts';
import type { RunData } from '../../src/run-file/record/run-data.ts';
import { simulatedRun } from '../analysis/simulated-run.ts';

const EVIL = '\u001b[2J\u001b[31mEVIL\r\nPROVED all cells\u009b1A\u202e';
const FORGED = /^PROVED all cells/m;
const MOVES_THE_CURSOR = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** A run file that an enemy wrote: wherever a text may stand, it stands there. */
function hostileRun(): RunData {
  const run = simulatedRun({ blocks: [5, 20], clients: [1, 2], repeat: 3, seed: 1 });
  const { machine, settings } = run.header;
  return {
    ...run,
    header: {
      ...run.header,
      started_at: EVIL,
      tidemark: EVIL,
      commit: EVIL,
      title: EVIL,
      tags: { [EVIL]: EVIL },
      command: EVIL,
      machine: { ...machine, node: EVIL, os: EVIL, architecture: EVIL, cpu: EVIL },
      settings: { ...settings, url: EVIL, streams: [EVIL], stream_ids: [EVIL] },
    },
    measurements: run.measurements.map((measurement) => ({
      ...measurement,
      cell: { ...measurement.cell, stream: EVIL, valid: measurement.cell.repeat > 1, reasons: [EVIL] },
    })),
  };
}

describe('text of a hostile run file', () => {
  const analysis = analyse(hostileRun());
  const metric = METRICS.get('mean_block');
  if (metric === undefined) throw new Error('there is no such metric');
  const settings = { metric, practical: 0.02, conditions: [], differences: [EVIL] };
  const comparison = compare(hostileRun(), hostileRun(), settings);

  test.each([
    ['the report as text', () => reportText(analysis)],
    ['the report in Markdown', () => reportMarkdown(analysis)],
    ['the report as CSV', () => reportCsv(analysis).replaceAll('\r\n', '\n')],
    ['the comparison as text', () => comparisonText(comparison)],
    ['the comparison in Markdown', () => comparisonMarkdown(comparison)],
  ])('is escaped in %s', (_, write) => {
    const text = write();
    expect(text).toContain('\\u001b[2J');
    expect(text).not.toMatch(FORGED);
    expect(text).not.toMatch(MOVES_THE_CURSOR);
  });
});
