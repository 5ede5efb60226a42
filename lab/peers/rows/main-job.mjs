/** The main job as most people run it: many clients at a pace, in blocks, each block answered; ours are verified besides. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withScope } from '../../kit/scope.mjs';
import { cpuMs } from '../consumption.mjs';
import { alternate } from '../measure.mjs';
import { requireProved, startConnect, startPeer, startProgram, startTidemark } from '../processes.mjs';

const CLIENTS = 500;
const RATE_PER_SECOND = 10;
const BLOCK_MESSAGES = 5;
const SETTLE_MS = 1000;
const MEASURE_MS = 5000;
/** Enough that nobody is done before it has been measured, on a busy machine. */
const COUNT = 140;

/** Microseconds of processor time of both ends together for each message. @param {readonly number[]} pids */
async function costOf(pids) {
  const spentMs = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  await sleep(SETTLE_MS);
  const startMs = performance.now();
  const beforeMs = spentMs();
  await sleep(MEASURE_MS);
  const messages = ((performance.now() - startMs) / 1000) * RATE_PER_SECOND * CLIENTS; // by their schedule
  return ((spentMs() - beforeMs) * 1000) / messages;
}

/** @param {{ url: string, pid: number }} server @param {number} number */
function ours(server, number) {
  return withScope(async (scope) => {
    /** @type {object[]} */
    const ends = [];
    let connected = 0;
    const shape = ['--clients', String(CLIENTS), '--client', `main-${number}`, '--count', String(COUNT)];
    const args = [...shape, '--block-size', String(BLOCK_MESSAGES)];
    const url = `${server.url}/users?seed=${number}&rate=${RATE_PER_SECOND}`;
    const clients = startConnect(scope, url, args, ({ event, ...rest }) => {
      if (event === 'connected') connected++;
      if (event === 'end') ends.push(rest);
    });
    await clients.until('connection of all', () => connected === CLIENTS);
    const cost = await costOf([server.pid, clients.pid]);
    if (ends.length > 0) throw new Error('some had taken all before all were measured');
    await clients.end();
    requireProved(ends, CLIENTS);
    return cost;
  });
}

/** @param {{ url: string, pid: number }} server @param {import('../processes.mjs').Program} clients */
async function naive(server, clients) {
  await clients.ask({
    url: `${server.url}/?rate=${RATE_PER_SECOND}`,
    clients: CLIENTS,
    block: BLOCK_MESSAGES,
  });
  const cost = await costOf([server.pid, clients.pid]);
  const { least, most } = await clients.ask({ clients: 0 });
  const fewest = (MEASURE_MS / 1000) * RATE_PER_SECOND;
  if (least < fewest) throw new Error(`a client got ${least} messages, not ${fewest}; another ${most}`);
  return cost;
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'main-job',
    what: 'both ends, 500 at 10/s, verified',
    peer: 'naive',
    unit: 'µs',
    target: { atMost: 0.5 },
    note: 'the naive pair is ws + faker and a ws client that blocks, times and answers, and proves nothing',
    run: ({ alternations }) =>
      withScope(async (scope) => {
        const server = await startTidemark(scope);
        const peer = await startPeer(scope, 'naive-paced-server.mjs');
        const peerClients = await startProgram(scope, 'naive-client-program.mjs');
        const measurePeer = () => naive(peer, peerClients);
        await alternate(1, () => ours(server, 100), measurePeer); // to warm up
        return { runs: await alternate(alternations, (i) => ours(server, 101 + i), measurePeer) };
      }),
  },
];
