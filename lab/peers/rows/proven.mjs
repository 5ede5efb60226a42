/** All of it, end to end: made, sent, taken, verified, in two processes. */

import { withScope } from '../../kit/scope.mjs';
import { alternate } from '../measure.mjs';
import { startPeer, startProgram, startTidemark, startUnheardConnect } from '../processes.mjs';

const MEASURE_MS = 4000;
const BLOCK_MESSAGES = 100;
/** Enough that a run is warm: a short trial tells of a rate that makes the runs a fraction of what they are to take. */
const TRIAL_MESSAGES = 1_000_000;
const PEER_MESSAGES = 20_000;
const TAKEN_MESSAGES = 3_000_000;

/**
 * Every run takes a seed of its own, so that no message has been made before; as the commands do it.
 *
 * @param {string} url
 * @param {number} seed
 * @param {number} count
 */
function proveAt(url, seed, count) {
  const args = ['--block-size', String(BLOCK_MESSAGES), '--count', String(count)];
  return withScope(async (scope) => {
    const run = startUnheardConnect(scope, `${url}/users?seed=${seed}&rate=max`, args);
    const [end] = await run.provedEnds(1);
    return (end.messages * 1000) / end.duration_ms;
  });
}

/**
 * The same with the client as a library, with proof or without, where it still takes blocks and sends their sentences.
 *
 * @param {import('../processes.mjs').Program} client
 * @param {string} url
 * @param {number} seed
 * @param {boolean} plain
 */
async function takeAt(client, url, seed, plain) {
  const stream = `${url}/users?seed=${seed}&rate=max`;
  // Dialled as it is, the URL has to hold the count.
  const question = plain ? { url: `${stream}&count=${TAKEN_MESSAGES}`, plain } : { url: stream };
  return await client.ask({ ...question, count: TAKEN_MESSAGES, block: BLOCK_MESSAGES, measureMs: 1 });
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'verify',
    what: 'all, proof on',
    peer: 'proof off',
    unit: 'msg/s',
    target: { atLeast: 0.9 },
    note: 'proof off is the same client with --plain: it still takes blocks and sends their sentences',
    run: ({ alternations }) =>
      withScope(async (scope) => {
        const server = await startTidemark(scope);
        const on = await startProgram(scope, 'our-client-program.mjs');
        const off = await startProgram(scope, 'our-client-program.mjs');
        let seed = 3000;
        const measureOn = () => takeAt(on, server.url, seed++, false);
        const measureOff = () => takeAt(off, server.url, seed++, true);
        await alternate(1, measureOn, measureOff); // to warm up
        return { runs: await alternate(alternations, measureOn, measureOff) };
      }),
  },
  {
    name: 'proven',
    what: 'all, proved',
    peer: 'ws + faker, unproved',
    unit: 'msg/s',
    target: { atLeast: 60 },
    run: ({ alternations }) =>
      withScope(async (scope) => {
        const ours = await startTidemark(scope);
        const naive = await startPeer(scope, 'naive-server.mjs');
        const counter = await startProgram(scope, 'ws-client-program.mjs');
        const trialPerSecond = await proveAt(ours.url, 1000, TRIAL_MESSAGES);
        const count = Math.ceil((trialPerSecond * MEASURE_MS) / 1000 / BLOCK_MESSAGES) * BLOCK_MESSAGES;
        const runs = await alternate(
          alternations,
          (i) => proveAt(ours.url, 2000 + i, count),
          () => counter.ask({ url: naive.url, count: PEER_MESSAGES, measureMs: MEASURE_MS }),
        );
        return { runs };
      }),
  },
];
