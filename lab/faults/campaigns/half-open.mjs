/**
 * Packets vanish silently: to the server, to the client, or both ways. An end that hears nothing has to find it by
 * its heartbeat within its time-out (two pings). One that still hears the other goes on until that one has given up, so
 * it may take a time-out more. The client goes on when the path is back.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { texts } from '../../kit/truth.mjs';
import { compareLog, endFaults, readBlocks } from '../log-faults.mjs';
import { NETWORK_PACKAGES, Network } from '../network.mjs';

const PING_MS = 1000;
const TIMEOUT_MS = 2 * PING_MS;
/** What a busy machine of two cores may be late by, and what was on its way when the path broke. */
const SLACK_MS = 500;
/** @type {readonly import('../network.mjs').Direction[]} */
const DIRECTIONS = ['to-server', 'to-client', 'both'];
const STREAM = 'users?seed=7';
const TAIL = 40;

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short, random }) {
  const network = new Network(scope);
  const log = join(scope.folder(), 'run.ndjson');
  const server = await network.serve(scope, ['--ping', `${PING_MS}ms`]);
  const all = ['--log', log, '--ping', `${PING_MS}ms`, '--json'];
  const keep = (/** @type {{ event: string }} */ { event }) => event !== 'block';
  const url = `${server.url}/${STREAM}&rate=50`;
  let client = network.connect(scope, [url, '--client', 'alice', ...all], { keep });
  await client.event('connected');
  /** @type {{ deaf: number[], hearing: number[] }} */
  const found = { deaf: [], hearing: [] };
  for (let cut = 0; cut < runs; cut++) {
    tally.progress(cut, runs);
    const direction = DIRECTIONS[cut % DIRECTIONS.length] ?? 'both';
    await sleep(300 + random.uniform() * PING_MS);
    const brokenMs = performance.now();
    const after = (/** @type {{ seenMs: number }} */ { seenMs }) => seenMs >= brokenMs;
    network.drop(direction);
    /** @type {string[]} */
    const faults = [];
    const [byClient, byServer] = await Promise.all([
      client.event('disconnected', after),
      server.event('leave', after),
    ]);
    for (const [end, { seenMs, reason }] of Object.entries({ client: byClient, server: byServer })) {
      const afterMs = seenMs - brokenMs;
      const deaf = direction === 'both' || direction === `to-${end}`;
      found[deaf ? 'deaf' : 'hearing'].push(afterMs);
      if (!short && afterMs > (deaf ? TIMEOUT_MS : 2 * TIMEOUT_MS) + SLACK_MS)
        faults.push(`${direction}: the ${end} noticed after ${Math.round(afterMs)} ms (${reason})`);
    }
    if (network.dropped === 0) faults.push(`${direction}: no packet was dropped`);
    network.heal();
    await client.event('resumed', after);
    tally.run(faults);
  }
  client.kill('SIGINT');
  await client.end();
  const count = client.ends()[0]?.messages + TAIL;
  client = network.connect(scope, ['--resume', '--count', String(count), ...all], { keep });
  await client.end();
  const { lost, repeated, faults } = compareLog(readBlocks(log), texts(STREAM, count));
  const wrong = [...faults, ...endFaults(client.ends()[0], count)];
  if (wrong.length > 0) tally.run(wrong, { lost, repeated });
  const time = (/** @type {number[]} */ times) =>
    times.length === 0
      ? 'not tried'
      : `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms`;
  tally.note(
    `time-out ${TIMEOUT_MS} ms: an end that hears nothing noticed after ${time(found.deaf)}, one that still heard the other after ${time(found.hearing)}`,
  );
}

/** @type {import('../campaigns.mjs').Campaign} */
export const halfOpen = {
  name: 'half-open',
  fault: 'packets vanish silently, one way or both; each end notices by its heartbeat',
  runs: 60,
  shortRuns: 3,
  root: true,
  packages: NETWORK_PACKAGES,
  run,
};
