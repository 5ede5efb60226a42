/** A hundred million messages through one connection: does either end grow? */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../measure.mjs';
import { requireProved, residentBytes, startConnect, startTidemark, withChildren } from '../processes.mjs';

const STREAM = 'bytes?size=35';
const BLOCK_MESSAGES = 10_000;
const SAMPLE_MS = 1000;
const LIMIT_SECONDS = 300;
const MEBIBYTE = 1024 ** 2;

/** The most of the last half, over its median. */
function lastHalf(samples) {
  const half = samples.slice(Math.floor(samples.length / 2));
  return { ours: Math.max(...half) / MEBIBYTE, peer: median(half) / MEBIBYTE };
}

export const rows = [
  {
    name: 'hundred-million',
    what: '100M messages, most RSS',
    peer: 'median',
    unit: 'MiB',
    target: { atMost: 1.05 },
    note: 'of the last half of the run, and of the end, server or client, for which it is worse',
    run: ({ messages }) =>
      withChildren(async (keep) => {
        const server = keep(await startTidemark());
        const args = ['--block-size', String(BLOCK_MESSAGES), '--count', String(messages)];
        const client = keep(startConnect(`${server.url}/${STREAM}&rate=max`, args));
        const samples = { server: [], client: [] };
        let open = true;
        client.child.ended.then(() => {
          open = false;
        });
        const limitMs = performance.now() + LIMIT_SECONDS * 1000;
        const sampleMs = Math.min(SAMPLE_MS, Math.max(50, messages / 100_000));
        while (open) {
          if (performance.now() > limitMs) throw new Error(`not done after ${LIMIT_SECONDS} s`);
          samples.server.push(residentBytes(server.child.pid));
          const clientBytes = sizeIfRunning(client.child.pid);
          if (clientBytes > 0) samples.client.push(clientBytes);
          await Promise.race([sleep(sampleMs), client.child.ended]);
        }
        const ends = await client.ends();
        requireProved(ends, 1);
        const halves = { server: lastHalf(samples.server), client: lastHalf(samples.client) };
        const growth = ({ ours, peer }) => ours / peer;
        const end = growth(halves.server) >= growth(halves.client) ? 'server' : 'client';
        const perSecond = Math.round((messages * 1000) / ends[0].duration_ms).toLocaleString('en');
        const notes = [`${STREAM}, proved, ${perSecond} msg/s; the worse end is the ${end}`];
        return { runs: [halves[end]], notes, details: samples };
      }),
  },
];

/** A process that has just ended has no size. */
function sizeIfRunning(pid) {
  try {
    return residentBytes(pid) || 0;
  } catch {
    return 0;
  }
}
