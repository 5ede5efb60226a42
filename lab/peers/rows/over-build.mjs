/**
 * What another build of Tidemark takes for the same, in turns with this one: `--over` names its checkout. Processor time of
 * whoever is compared, all threads together: on a machine that does other things as well, speed would say little.
 */
import { withScope } from '../../kit/scope.mjs';
import { cpuMs } from '../consumption.mjs';
import { checkOurs } from '../counted.mjs';
import { alternate } from '../measure.mjs';
import { startProgram, startTidemark } from '../processes.mjs';

const PROVED_MESSAGES = 3_000_000;
const READY_MESSAGES = 163_840;
const READY_RUNS = 10;
const BLOCK_MESSAGES = 100;
const MEASURE_MS = 2000;
const STREAM = 'users?seed=7';

/** Of what speed may lose, 5 %. */
const TARGET = { atMost: 1 / 0.95 };

/** @typedef {import('../../kit/scope.mjs').Scope} Scope */
/** Does some of it, and gives how many messages that were. @typedef {(number: number) => Promise<number>} Work */

/** @param {(scope: Scope, checkout: string | undefined) => Promise<{ pids: number[], work: Work }>} start @returns {import('../rows.mjs').Row['run']} */
function builds(start) {
  return ({ alternations, over }) =>
    withScope(async (scope) => {
      if (over === undefined) throw new Error('--over names the checkout of the other build');
      const measure = async (/** @type {string | undefined} */ checkout) => {
        const { pids, work } = await start(scope, checkout);
        const spentMs = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
        return async (/** @type {number} */ number) => {
          const beforeMs = spentMs();
          const messages = await work(number);
          return ((spentMs() - beforeMs) * 1e6) / messages;
        };
      };
      const ours = await measure(undefined);
      const other = await measure(over);
      await alternate(1, ours, other); // to warm up
      return {
        runs: await alternate(
          alternations,
          (i) => ours(i + 1),
          (i) => other(i + 1),
        ),
      };
    });
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'over-proven',
    what: 'CPU/msg, proved, both ends',
    peer: 'other build',
    unit: 'ns',
    target: TARGET,
    run: builds(async (scope, checkout) => {
      const server = await startTidemark(scope, { checkout });
      const client = await startProgram(scope, 'our-client-program.mjs', checkout);
      const question = { count: PROVED_MESSAGES, block: BLOCK_MESSAGES, measureMs: 1 };
      const work = async (/** @type {number} */ number) => {
        // A seed of its own: no message has been made before.
        await client.ask({ url: `${server.url}/users?seed=${5000 + number}&rate=max`, ...question });
        return PROVED_MESSAGES;
      };
      return { pids: [server.pid, client.pid], work };
    }),
  },
  {
    name: 'over-fresh',
    what: 'CPU/msg, server, made on the way',
    peer: 'other build',
    unit: 'ns',
    target: TARGET,
    run: builds(async (scope, checkout) => {
      const { port, pid } = await startTidemark(scope, { checkout });
      const client = await startProgram(scope, 'counting-client.mjs');
      const work = async () => {
        const ask = { port, path: `/${STREAM}&rate=max`, warmUpMs: 1, measureMs: MEASURE_MS };
        const { connections } = await client.ask(ask);
        checkOurs(STREAM, connections);
        return connections[0].count;
      };
      return { pids: [pid], work };
    }),
  },
  {
    name: 'over-ingest',
    what: 'CPU/msg, client, ready messages',
    peer: 'other build',
    unit: 'ns',
    target: TARGET,
    run: builds(async (scope, checkout) => {
      const { url } = await startTidemark(scope); // one and the same build serves both
      const client = await startProgram(scope, 'our-client-program.mjs', checkout);
      const question = { count: READY_MESSAGES, block: BLOCK_MESSAGES, measureMs: 1 };
      const work = async () => {
        for (let run = 0; run < READY_RUNS; run++)
          await client.ask({ url: `${url}/${STREAM}&rate=max`, ...question });
        return READY_RUNS * READY_MESSAGES;
      };
      return { pids: [client.pid], work };
    }),
  },
  {
    name: 'over-encode',
    what: 'CPU/msg, users, one core',
    peer: 'other build',
    unit: 'ns',
    target: TARGET,
    run: builds(async (scope, checkout) => {
      const child = await startProgram(scope, 'encoding-program.mjs', checkout);
      const work = async () => {
        const startMs = performance.now();
        const { perSecond } = await child.ask({ what: 'users', measureMs: MEASURE_MS });
        return (perSecond * (performance.now() - startMs)) / 1000;
      };
      return { pids: [child.pid], work };
    }),
  },
];
