/**
 * What several workers cost, against one process: messages per second of the server's processor time, all its processes together, so
 * that neither the clients nor what else the machine does has a part in it. Servers take turns, since a machine's pace changes.
 *
 *     node lab/peers/workers.mjs [--turns 5] [--workers 2] [--load NAME]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withScope } from '../kit/scope.mjs';
import { serve, tidemark } from '../kit/tidemark.mjs';
import { cpuMs, settledBytes } from './consumption.mjs';

/** @typedef {import('../kit/scope.mjs').Scope} Scope */

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '5' },
    load: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
});
const turns = Number(values.turns);
const counts = [1, Number(values.workers)];

/** What clients ask for: how many there are, what each takes, and how. */
const LOADS = [
  { name: 'at full speed, proved', clients: 8, count: 150_000, query: 'users?seed=7&rate=max', options: [] },
  {
    name: 'at full speed, over HTTP',
    scheme: 'http',
    clients: 8,
    count: 30_000,
    query: 'users?seed=7&rate=max',
    options: [],
  },
  {
    name: '200 paced, proved',
    clients: 200,
    count: 250,
    query: 'users?seed=7&rate=50',
    options: ['--block-size', '50'],
  },
];

/** The server and its workers, if it has any. @param {Scope} scope @param {number} workers */
async function started(scope, workers) {
  const server = await serve(scope, { args: ['--workers', String(workers)] });
  const started = server.events.filter(({ event, state }) => event === 'worker' && state === 'started');
  const pids = [server.pid, ...started.map(({ pid }) => Number(pid))];
  return { server, pids };
}

/** The share of a process's memory that is its own, and its part of what it shares. @param {number} pid */
function proportionalBytes(pid) {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;
}

/**
 * Messages per second of the server's processor time. A first run warms each process up: what
 * it compiles and makes once counts for little in hours.
 *
 * @param {typeof LOADS[number]} load @param {number} workers
 */
function perCpuSecond({ scheme = 'ws', clients, count, query, options }, workers) {
  return withScope(async (scope) => {
    const { server, pids } = await started(scope, workers);
    const url = `${server.url.replace('ws', scheme)}/${query}`;
    const run = async () => {
      const args = [
        'connect',
        url,
        '--clients',
        String(clients),
        '--count',
        String(count),
        '--json',
        ...options,
      ];
      const { code } = await tidemark(scope, args, { keep: ({ event }) => event === 'end' }).exited;
      if (code !== 0) throw new Error(`the clients ended with ${code}`);
    };
    await run();
    const before = pids.map(cpuMs);
    await run();
    const spentMs = pids.map((pid, index) => cpuMs(pid) - (before[index] ?? 0));
    const allMs = spentMs.reduce((sum, ms) => sum + ms, 0);
    console.error(`  ${workers}: ${spentMs.join(' + ')} ms`);
    return ((clients * count) / allMs) * 1000;
  });
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

for (const workers of counts) {
  await withScope(async (scope) => {
    const { pids } = await started(scope, workers);
    const bytes = await settledBytes(pids[0] ?? 0);
    const own = pids.map((pid) => `${(proportionalBytes(pid) / 2 ** 20).toFixed(0)} MiB`);
    console.log(
      `${workers} idle: ${own.join(', ')} (proportional); first process ${(bytes / 2 ** 20).toFixed(0)} MiB resident`,
    );
  });
}
for (const load of LOADS.filter(({ name }) => name.includes(values.load))) {
  /** @type {Map<number, number[]>} */
  const results = new Map(counts.map((workers) => [workers, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const workers of turn % 2 === 0 ? counts : counts.toReversed()) {
      results.get(workers)?.push(await perCpuSecond(load, workers));
    }
  }
  const [one = Number.NaN, several = Number.NaN] = counts.map((workers) =>
    median(results.get(workers) ?? []),
  );
  const thousands = (/** @type {number} */ each) => `${(each / 1000).toFixed(1)} k`;
  console.log(
    `${load.name}: ${thousands(one)} messages per processor second with 1 worker, ${thousands(several)} with ${counts[1]}: ${(several / one).toFixed(2)}`,
  );
}
