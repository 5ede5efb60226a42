/** Ten thousand slow clients at the price of a hundred fast ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, requireProved, startConnect, startTidemark, withChildren } from '../processes.mjs';

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
 */
async function cost(server, keep, { clients, processes, ratePerSecond, seconds }) {
  const ends = [];
  let connected = 0;
  const onEvent = (event) => {
    if (event.event === 'connected') connected++;
    if (event.event === 'end') ends.push(event);
  };
  const count = seconds * ratePerSecond;
  const url = `${server.url}/users?seed=7&rate=${ratePerSecond}`;
  const each = clients / processes;
  const children = Array.from({ length: processes }, (_, i) => {
    const shape = ['--clients', String(each), '--client', `many-${process.pid}-${clients}-${i}`];
    const args = [...shape, '--block-size', String(BLOCK_MESSAGES), '--count', String(count)];
    return keep(startConnect(url, args, { onEvent })).child;
  });
  const samples = [];
  const limitMs = performance.now() + (seconds + GRACE_SECONDS) * 1000;
  let open = children.length;
  for (const child of children) child.ended.then(() => open--);
  while (open > 0) {
    if (performance.now() > limitMs)
      throw new Error(`${clients - ends.length} of ${clients} clients are not done`);
    await sleep(SAMPLE_MS);
    if (connected === clients && ends.length === 0) {
      samples.push({ atMs: performance.now(), cpuMs: cpuMs(server.child.pid) });
    }
  }
  requireProved(ends, clients);
  const [first, last] = [samples[0], samples.at(-1)];
  if (samples.length < 4) throw new Error(`all ${clients} clients were never there together for long`);
  const messages = ((last.atMs - first.atMs) / 1000) * clients * ratePerSecond;
  return {
    microseconds: ((last.cpuMs - first.cpuMs) * 1000) / messages,
    seconds: (last.atMs - first.atMs) / 1000,
  };
}

export const rows = [
  {
    name: 'ten-thousand',
    what: 'server CPU/msg, 10k clients',
    peer: '100',
    unit: 'µs',
    target: { atMost: 1.5 },
    run: ({ manyClients, manySeconds }) =>
      withChildren(async (keep) => {
        const server = keep(await startTidemark());
        const few = await cost(server, keep, {
          clients: FEW_CLIENTS,
          processes: 1,
          ratePerSecond: manyClients / FEW_CLIENTS,
          seconds: Math.min(FEW_SECONDS, manySeconds),
        });
        const many = await cost(server, keep, {
          clients: manyClients,
          processes: CLIENT_PROCESSES,
          ratePerSecond: 1,
          seconds: manySeconds,
        });
        return {
          runs: [{ ours: many.microseconds, peer: few.microseconds }],
          notes: [`all proved; all there together for ${many.seconds.toFixed(0)} s`],
        };
      }),
  },
];
