import type { RunData } from '../../run-file/record/run-data.ts';
import { lossSentences, runAgents } from './agents.ts';
import type { Analysis } from './analysis.ts';
import { answerOf } from './answer.ts';
import { cellOf } from './cell.ts';
import { cellsOf } from './cell-data.ts';
import { modelsOf } from './models.ts';
import { timelineOf } from './timeline.ts';

/** Computes what a run file shows. The same file always gives the same numbers. */
export function analyse(run: RunData): Analysis {
  const data = cellsOf(run);
  const cells = data.map(cellOf);
  const models = modelsOf(data);
  return {
    analysis: 'tidemark.analysis.v1',
    run: run.header,
    complete: run.end?.complete ?? false,
    invalid: cells.filter(({ valid }) => !valid).length,
    unproved: cells.filter(({ proved }) => !proved).length,
    answer: [...answerOf(cells, data, models, run.header.settings.plain), ...lossSentences(run)],
    cells,
    agents: runAgents(run),
    models,
    timeline: timelineOf(run),
    limits: LIMITS_OF_THE_NUMBERS,
  };
}

/** What no report can tell, whatever was measured. */
const LIMITS_OF_THE_NUMBERS: readonly string[] = [
  'Server and clients ran on one machine unless a URL was given: they share its cores, caches and memory, and there is no network between them but loopback.',
  'Messages that came in one read of the socket have one time stamp. So a small block at full speed has an elapsed time, and often a block time, of 0; the mean is right, the quantiles of such a cell say how reads bundle blocks.',
  'At full speed every message is due at once: block time then is throughput seen from one client, and latency from the due time has no meaning.',
  'An interval made from repeats says where other repeats of this run would land. Another day, machine or version is another run: compare it.',
  'Quantiles of a cell with more blocks than are kept one by one come from a histogram that is right to 0.1 %.',
  'A receipt proves that the client saw the bytes, not that it used them; CRC-32 finds accidents, not forgery.',
];
