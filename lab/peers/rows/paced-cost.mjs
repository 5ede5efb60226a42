/** What a paced message costs a server, in the shape that most people run: many clients, each a few messages a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withScope } from '../../kit/scope.mjs';
import { cpuMs } from '../consumption.mjs';
import { alternate } from '../measure.mjs';
import { startPeer, startProgram, startTidemark } from '../processes.mjs';

const SPREAD_MS = 1000;
const SETTLE_MS = 300;
const MEASURE_MS = 3000;

/** @typedef {{ clients: number, ratePerSecond: number }} Crowd */

/**
 * Microseconds of a server's processor time for each message that a crowd takes.
 *
 * @param {import('../processes.mjs').Program} crowd
 * @param {{ port: number, pid: number }} server
 * @param {Crowd} size
 */
async function cost(crowd, { port, pid }, { clients, ratePerSecond }) {
  const address = { port, path: `/users?seed=7&rate=${ratePerSecond}` };
  await crowd.ask({ what: 'come', connections: clients, spreadMs: SPREAD_MS, address });
  await sleep(SETTLE_MS);
  const beforeMs = cpuMs(pid);
  const messages = await crowd.ask({ what: 'count', ratePerSecond, measureMs: MEASURE_MS });
  const afterMs = cpuMs(pid);
  await crowd.ask({ what: 'leave' });
  await sleep(SETTLE_MS);
  return ((afterMs - beforeMs) * 1000) / messages;
}

/** @param {string} peerName @param {Crowd} size @returns {import('../rows.mjs').Row['run']} */
function against(peerName, size) {
  return ({ alternations }) =>
    withScope(async (scope) => {
      const ours = await startTidemark(scope);
      const peer = await startPeer(scope, peerName);
      const crowd = await startProgram(scope, 'crowd-program.mjs');
      const measureOurs = () => cost(crowd, ours, size);
      const measurePeer = () => cost(crowd, peer, size);
      await alternate(1, measureOurs, measurePeer); // to warm up
      return { runs: await alternate(alternations, measureOurs, measurePeer) };
    });
}

const THOUSAND = { clients: 1000, ratePerSecond: 10 };

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'paced-net',
    what: 'server CPU/msg, 1,000 at 10/s',
    peer: 'bare net',
    unit: 'µs',
    target: { atMost: 1.15 },
    run: against('net-paced.mjs', THOUSAND),
  },
  {
    name: 'paced-ws',
    what: 'the same',
    peer: 'ws',
    unit: 'µs',
    target: { atMost: 1 },
    run: against('ws-paced.mjs', THOUSAND),
  },
  {
    name: 'paced-uws',
    what: 'the same',
    peer: 'uWebSockets.js',
    unit: 'µs',
    run: against('uws-ticks.mjs', THOUSAND),
  },
  {
    name: 'paced-4000',
    what: 'server CPU/msg, 4,000 at 2/s',
    peer: 'bare net',
    unit: 'µs',
    target: { atMost: 1.15 },
    run: against('net-paced.mjs', { clients: 4000, ratePerSecond: 2 }),
  },
];
