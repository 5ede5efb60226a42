/** Ten thousand slow clients at the price of a hundred fast ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withScope } from '../../kit/scope.mjs';
import { cpuMs } from '../consumption.mjs';
import { requireProved, startConnect, startTidemark } from '../processes.mjs';

const FEW_CLIENTS = 100;
const FEW_SECONDS = 20;
const CLIENT_PROCESSES = 2;
const BLOCK_MESSAGES = 10;
const SAMPLE_MS = 500;
/** How much longer than its messages take a run may last, until it counts as hanging. */
const GRACE_SECONDS = 60;

/**
 * Microseconds of the server's processor time a message, while all clients are there: from the moment at which the
 * last has come to the one at which the first has taken all. By their schedule they get `rate` messages a second.
 *
 * @param {import('../../kit/scope.mjs').Scope} scope
 * @param {{ url: string, pid: number }} server
 * @param {{ clients: number, processes: number, ratePerSecond: number, seconds: number }} crowd
 */
async function cost(scope, server, { clients, processes, ratePerSecond, seconds }) {
  /** @type {object[]} */
  const ends = [];
  let connected = 0;
  const onEvent = (/** @type {{ event: string }} */ event) => {
    if (event.event === 'connected') connected++;
    if (event.event === 'end') ends.push(event);
  };
  const count = seconds * ratePerSecond;
  const url = `${server.url}/users?seed=7&rate=${ratePerSecond}`;
  const each = clients / processes;
  const children = Array.from({ length: processes }, (_, i) => {
    const shape = ['--clients', String(each), '--client', `many-${process.pid}-${clients}-${i}`];
    const args = [...shape, '--block-size', String(BLOCK_MESSAGES), '--count', String(count)];
    return startConnect(scope, url, args, onEvent);
  });
  /** @type {{ atMs: number, cpuMs: number }[]} */
  const samples = [];
  const limitMs = performance.now() + (seconds + GRACE_SECONDS) * 1000;
  while (children.some(({ running }) => running)) {
    if (performance.now() > limitMs)
      throw new Error(`${clients - ends.length} of ${clients} clients have not finished`);
    await sleep(SAMPLE_MS);
    if (connected === clients && ends.length === 0) {
      samples.push({ atMs: performance.now(), cpuMs: cpuMs(server.pid) });
    }
  }
  requireProved(ends, clients);
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (samples.length < 4) throw new Error(`all ${clients} clients were never connected together for long`);
  const messages = ((last.atMs - first.atMs) / 1000) * clients * ratePerSecond;
  return {
    microseconds: ((last.cpuMs - first.cpuMs) * 1000) / messages,
    seconds: (last.atMs - first.atMs) / 1000,
  };
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'ten-thousand',
    what: 'server CPU/msg, 10k clients',
    peer: '100',
    unit: 'µs',
    target: { atMost: 1.5 },
    run: ({ manyClients, manySeconds }) =>
      withScope(async (scope) => {
        const server = await startTidemark(scope);
        const few = await cost(scope, server, {
          clients: FEW_CLIENTS,
          processes: 1,
          ratePerSecond: manyClients / FEW_CLIENTS,
          seconds: Math.min(FEW_SECONDS, manySeconds),
        });
        const many = await cost(scope, server, {
          clients: manyClients,
          processes: CLIENT_PROCESSES,
          ratePerSecond: 1,
          seconds: manySeconds,
        });
        return {
          runs: [{ ours: many.microseconds, peer: few.microseconds }],
          notes: [`all proved; all connected together for ${many.seconds.toFixed(0)} s`],
        };
      }),
  },
];
