/** What another build of Tidemark does, in turns with this one: `--over` names its checkout. */
import { withScope } from '../../kit/scope.mjs';
import { checkOurs } from '../counted.mjs';
import { alternate } from '../measure.mjs';
import { startProgram, startTidemark } from '../processes.mjs';
import { proveAt } from './proven.mjs';

const PROVED_MESSAGES = 4_000_000;
const READY_MESSAGES = 163_840;
const BLOCK_MESSAGES = 100;
const STREAM = 'users?seed=7';

/** @typedef {import('../../kit/scope.mjs').Scope} Scope */
/** Messages a second, in a run with a number of its own. @typedef {(number: number) => Promise<number>} Measure */

/** @param {(scope: Scope, checkout: string | undefined) => Promise<Measure>} start what one of the builds is measured by @returns {import('../rows.mjs').Row['run']} */
function builds(start) {
  return ({ alternations, over }) =>
    withScope(async (scope) => {
      if (over === undefined) throw new Error('--over names the checkout of the other build');
      const ours = await start(scope, undefined);
      const other = await start(scope, over);
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
    what: 'all, proved',
    peer: 'the other build',
    unit: 'msg/s',
    target: { atLeast: 0.95 },
    run: builds(async (scope, checkout) => {
      const { url } = await startTidemark(scope, { checkout });
      return (number) => proveAt(url, 5000 + number, PROVED_MESSAGES, checkout);
    }),
  },
  {
    name: 'over-fresh',
    what: 'made on the way, 1 client',
    peer: 'the other build',
    unit: 'msg/s',
    target: { atLeast: 0.95 },
    run: builds(async (scope, checkout) => {
      const { port } = await startTidemark(scope, { checkout });
      const client = await startProgram(scope, 'counting-client.mjs');
      return async () => {
        const ask = { port, path: `/${STREAM}&rate=max`, warmUpMs: 500, measureMs: 2000 };
        const counted = await client.ask(ask);
        checkOurs(STREAM, counted.connections);
        return counted.messagesPerSecond;
      };
    }),
  },
  {
    name: 'over-ingest',
    what: 'our client, ready messages',
    peer: 'the other build',
    unit: 'msg/s',
    target: { atLeast: 0.95 },
    run: builds(async (scope, checkout) => {
      const { url } = await startTidemark(scope); // one and the same build serves both
      const client = await startProgram(scope, 'our-client-program.mjs', checkout);
      const question = { count: READY_MESSAGES, block: BLOCK_MESSAGES, measureMs: 2000 };
      return () => client.ask({ url: `${url}/${STREAM}&rate=max`, ...question });
    }),
  },
  {
    name: 'over-encode',
    what: 'users, one core',
    peer: 'the other build',
    unit: 'msg/s',
    target: { atLeast: 0.95 },
    run: builds(async (scope, checkout) => {
      const child = await startProgram(scope, 'encoding-program.mjs', checkout);
      return async () => (await child.ask({ what: 'users', measureMs: 1500 })).perSecond;
    }),
  },
];
