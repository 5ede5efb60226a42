/** A hundred million messages through one connection: does either end grow? */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../kit/quantile.mjs';
import { withScope } from '../../kit/scope.mjs';
import { residentBytes } from '../consumption.mjs';
import { startTidemark, startUnheardConnect } from '../processes.mjs';

const STREAM = 'bytes?size=35';
const BLOCK_MESSAGES = 10_000;
const SAMPLE_MS = 1000;
const LIMIT_SECONDS = 300;
const MEBIBYTE = 1024 ** 2;

/** The most of the last half, over its median. @param {readonly number[]} samples */
function lastHalf(samples) {
  const half = samples.slice(Math.floor(samples.length / 2));
  return { ours: Math.max(...half) / MEBIBYTE, peer: median(half) / MEBIBYTE };
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'hundred-million',
    what: '100M messages, most RSS',
    peer: 'median',
    unit: 'MiB',
    target: { atMost: 1.05 },
    note: 'of the last half of the run, at whichever end, server or client, it is worse',
    run: ({ messages }) =>
      withScope(async (scope) => {
        const server = await startTidemark(scope);
        const args = ['--block-size', String(BLOCK_MESSAGES), '--count', String(messages)];
        const client = startUnheardConnect(scope, `${server.url}/${STREAM}&rate=max`, args);
        /** @type {{ server: number[], client: number[] }} */
        const samples = { server: [], client: [] };
        const limitMs = performance.now() + LIMIT_SECONDS * 1000;
        const sampleMs = Math.min(SAMPLE_MS, Math.max(50, messages / 100_000));
        while (client.running) {
          if (performance.now() > limitMs) throw new Error(`not done after ${LIMIT_SECONDS} s`);
          samples.server.push(residentBytes(server.pid));
          const clientBytes = sizeIfRunning(client.pid);
          if (clientBytes > 0) samples.client.push(clientBytes);
          await Promise.race([sleep(sampleMs), client.exited]);
        }
        const [provedEnd] = await client.provedEnds(1);
        const halves = { server: lastHalf(samples.server), client: lastHalf(samples.client) };
        const growth = (/** @type {ReturnType<typeof lastHalf>} */ { ours, peer }) => ours / peer;
        const end = growth(halves.server) >= growth(halves.client) ? 'server' : 'client';
        const perSecond = Math.round((messages * 1000) / provedEnd.duration_ms).toLocaleString('en');
        const notes = [`${STREAM}, proved, ${perSecond} msg/s; the worse end is the ${end}`];
        return { runs: [halves[end]], notes, details: samples };
      }),
  },
];

/** A process that has just ended has no size. @param {number} pid */
function sizeIfRunning(pid) {
  try {
    return residentBytes(pid) || 0;
  } catch {
    return 0;
  }
}
