import type { RunData } from '../../run-file/record/run-data.ts';
import type { Analysis } from './analysis.ts';
import { answerOf } from './answer.ts';
import { cellOf } from './cell.ts';
import { cellsOf } from './cell-data.ts';
import { LIMITS_OF_THE_NUMBERS } from './limits-of-the-numbers.ts';
import { modelsOf } from './models.ts';
import { timelineOf } from './timeline.ts';

/** Works out what a run file says. The same file always gives the same numbers. */
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
    answer: answerOf(cells, data, models, run.header.settings.plain),
    cells,
    models,
    timeline: timelineOf(run),
    limits: LIMITS_OF_THE_NUMBERS,
  };
}
