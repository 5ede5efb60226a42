/**
 * Packets vanish silently: to the server, to the client, or both ways. An end that hears nothing has to find it by
 * its heartbeat within its time-out (two pings). One that still hears the other goes on until that one has given up, so
 * it may take a time-out more. The client goes on when the path is back. Over HTTP the client alone has a heartbeat, which is what the
 * server says by itself; the server is told by the client's next connection.
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

/** What the client goes over. @typedef {{ scheme: 'ws' | 'http', options: readonly string[] }} Carriage */

/** @param {Carriage} carriage @param {import('../campaigns.mjs').Setting} setting */
async function run({ scheme, options }, { scope, tally, runs, short, random }) {
  const network = new Network(scope);
  const log = join(scope.folder(), 'run.ndjson');
  const server = await network.serve(scope, ['--ping', `${PING_MS}ms`]);
  const all = ['--log', log, '--ping', `${PING_MS}ms`, '--json'];
  const keep = (/** @type {{ event: string }} */ { event }) => event !== 'block';
  const url = `${server.url.replace(/^ws/, scheme)}/${STREAM}&rate=50`;
  let client = network.connect(scope, [url, '--client', 'alice', ...options, ...all], { keep });
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
    const noticed = [client.event('disconnected', after), server.event('leave', after)];
    const ends = scheme === 'ws' ? ['client', 'server'] : ['client'];
    const told = await Promise.all(noticed.slice(0, ends.length));
    for (const [index, { seenMs, reason }] of told.entries()) {
      const end = ends[index] ?? '';
      const afterMs = seenMs - brokenMs;
      const deaf = direction === 'both' || direction === `to-${end}`;
      found[deaf ? 'deaf' : 'hearing'].push(afterMs);
      if (!short && afterMs > (deaf ? TIMEOUT_MS : 2 * TIMEOUT_MS) + SLACK_MS)
        faults.push(`${direction}: the ${end} noticed after ${Math.round(afterMs)} ms (${reason})`);
    }
    if (network.dropped === 0) faults.push(`${direction}: no packet was dropped`);
    network.heal();
    await client.event('resumed', after);
    await noticed[1];
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

/** @param {string} name @param {string} over @param {Carriage} carriage @returns {import('../campaigns.mjs').Campaign} */
const campaign = (name, over, carriage) => ({
  name,
  fault: `packets vanish silently, one way or both, over ${over}; each end that has a heartbeat notices by it`,
  runs: 60,
  shortRuns: 3,
  root: true,
  packages: NETWORK_PACKAGES,
  run: (setting) => run(carriage, setting),
});

export const halfOpen = campaign('half-open', 'WebSocket', { scheme: 'ws', options: [] });
export const halfOpenEvents = campaign('half-open-events', 'events', { scheme: 'http', options: [] });
export const halfOpenLines = campaign('half-open-lines', 'lines', {
  scheme: 'http',
  options: ['--as', 'lines'],
});
