import { describe, expect, test } from 'vitest';
import { analyse } from '../../../src/analysis/run/analyse.ts';
import type { Analysis } from '../../../src/analysis/run/analysis.ts';
import { benchOutcome } from '../../../src/cli/bench/bench-outcome.ts';
import type { CellRecord } from '../../../src/run-file/record/run-record.ts';
import { simulatedRun } from '../../analysis/simulated-run.ts';

/** Of two cells, of which the first is as given. */
function analysisOf(first: Partial<CellRecord>, { plain = false, complete = true } = {}): Analysis {
  const run = simulatedRun({ blocks: [5, 20], clients: [1], repeat: 1, seed: 1 });
  const { header } = run;
  return analyse({
    ...run,
    header: { ...header, settings: { ...header.settings, plain } },
    measurements: run.measurements.map((measurement, index) => ({
      ...measurement,
      cell: { ...measurement.cell, ...(index === 0 ? first : {}) },
    })),
    end: { record: 'end', complete, cells: 2, duration_ms: 1 },
  });
}

const UNPROVED = { proved: false };
const UNPROVABLE = { proved: false, provable: false };
const INVALID = { valid: false, reasons: ['so'] };
const PLAIN = { plain: true };

describe('the last line and the exit code of a bench', () => {
  test.each([
    ['all well', analysisOf({}), 0, 'PROVED', /2 cells measured, all valid and proved/, 0],
    ['a cell is not proved', analysisOf(UNPROVED), 1, 'FAILED', /1 not proved$/, 2],
    ['a server without proof', analysisOf(UNPROVABLE), 0, 'FAILED', /gives no proof \(--plain/, 2],
    ['a plain one, on purpose', analysisOf(UNPROVABLE, PLAIN), 0, 'NOT PROVED', /gives no proof/, 0],
    ['not proved, though it could be', analysisOf(UNPROVED, PLAIN), 0, 'FAILED', /1 not proved$/, 2],
    ['a plain one, invalid', analysisOf({ ...UNPROVABLE, ...INVALID }, PLAIN), 0, 'INVALID', /1 invalid/, 3],
    ['a plain one, crossed', analysisOf(UNPROVABLE, PLAIN), 2, 'CROSSED', /2 thresholds crossed/, 99],
    ['invalid', analysisOf(INVALID), 1, 'INVALID', /1 invalid/, 3],
    ['crossed', analysisOf({}), 1, 'CROSSED', /1 threshold crossed/, 99],
    ['interrupted', analysisOf(UNPROVED, { complete: false }), 0, 'INTERRUPTED', /2 cells measured$/, 130],
    ['nothing was measured', { ...analysisOf({}), cells: [] }, 0, 'INVALID', /^0 cells measured$/, 3],
  ] as const)('%s', (_, analysis, crossed, word, text, exitCode) => {
    const outcome = benchOutcome(analysis, crossed);
    expect(outcome).toMatchObject({ word, exitCode });
    expect(outcome.text).toMatch(text);
  });
});
