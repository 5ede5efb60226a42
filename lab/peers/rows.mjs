/** All rows, in the order of the table. */
import { rows as egress } from './rows/egress.mjs';
import { rows as encode } from './rows/encode.mjs';
import { rows as endurance } from './rows/endurance.mjs';
import { rows as floor } from './rows/floor.mjs';
import { rows as idle } from './rows/idle.mjs';
import { rows as ingest } from './rows/ingest.mjs';
import { rows as mainJob } from './rows/main-job.mjs';
import { rows as many } from './rows/many.mjs';
import { rows as overBuild } from './rows/over-build.mjs';
import { rows as paced } from './rows/paced.mjs';
import { rows as pacedCost } from './rows/paced-cost.mjs';
import { rows as proven } from './rows/proven.mjs';
import { rows as stalled } from './rows/stalled.mjs';
import { rows as start } from './rows/start.mjs';

/**
 * A row of the table. `target` is undefined for one that is only told, `quick` says whether it is one for CI.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} what
 * @property {string} [peer]
 * @property {string} unit
 * @property {import('./measure.mjs').Comparison} [compare] `ratio` unless set
 * @property {import('./measure.mjs').Target} [target]
 * @property {import('./measure.mjs').Target} [quickTarget]
 * @property {boolean} [quick]
 * @property {string} [note]
 * @property {(settings: import('./settings.mjs').Settings) => Promise<Measured>} run
 *
 * @typedef {{ runs: import('./measure.mjs').Pair[], notes?: string[], details?: object }} Measured
 */

/** @type {readonly Row[]} */
export const ROWS = [
  ...encode,
  ...egress,
  ...ingest,
  ...proven,
  ...floor,
  ...paced,
  ...pacedCost,
  ...mainJob,
  ...idle,
  ...many,
  ...stalled,
  ...endurance,
  ...start,
];

/** Those that compare this build with another one. @type {readonly Row[]} */
export const BUILD_ROWS = overBuild;
