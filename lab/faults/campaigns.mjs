/** All campaigns, in the order of the table. */
import { attacks } from './campaigns/attacks.mjs';
import { bandwidth } from './campaigns/bandwidth.mjs';
import { clientKill } from './campaigns/client-kill.mjs';
import { clockStep } from './campaigns/clock-step.mjs';
import { cluster } from './campaigns/cluster.mjs';
import { delay } from './campaigns/delay.mjs';
import { diskFull } from './campaigns/disk-full.mjs';
import { halfOpen, halfOpenEvents, halfOpenLines } from './campaigns/half-open.mjs';
import { loss5, loss20 } from './campaigns/loss.mjs';
import { powerCut } from './campaigns/power-cut.mjs';
import { caddy, haproxy, nginx } from './campaigns/proxies.mjs';
import { serverKill } from './campaigns/server-kill.mjs';
import { slice } from './campaigns/slice.mjs';

/**
 * What a campaign is run with: `scope` undoes what it makes, `runs` is how often the fault is to happen, `short` whether
 * beside other tests.
 *
 * @typedef {object} Setting
 * @property {import('../kit/scope.mjs').Scope} scope
 * @property {import('./tally.mjs').Tally} tally
 * @property {number} runs
 * @property {boolean} short
 * @property {import('../kit/random.mjs').Random} random
 *
 * @typedef {object} Campaign
 * @property {string} name
 * @property {string} fault
 * @property {number} runs
 * @property {number} shortRuns
 * @property {boolean} [root] whether it needs root
 * @property {readonly string[]} [packages] of Debian, which it needs
 * @property {(setting: Setting) => Promise<void>} run
 */

/** @type {readonly Campaign[]} */
export const CAMPAIGNS = [
  serverKill,
  clientKill,
  cluster,
  ...[halfOpen, halfOpenEvents, halfOpenLines],
  ...[loss5, loss20, bandwidth, delay, slice],
  powerCut,
  ...[nginx, haproxy, caddy],
  diskFull,
  clockStep,
  attacks,
];
