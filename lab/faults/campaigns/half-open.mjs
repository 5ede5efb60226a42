/**
 * Packets vanish without a word: to the server, to the client, or both ways. An end that hears nothing has to find it by
 * its heartbeat within its time-out (two pings). One that still hears the other goes on until that one has given up, so
 * it may take a time-out more. The client goes on when the path is back.
 */
import { join } from 'node:path';
import { NETWORK_PACKAGES, Network } from '../network.mjs';
import { sleep } from '../processes.mjs';
import { compareLog, endFaults, generated, readBlocks } from '../truth.mjs';

const PING_MS = 1000;
const TIMEOUT_MS = 2 * PING_MS;
/** What a busy machine of two cores may be late by, and what was on its way when the path broke. */
const SLACK_MS = 500;
const DIRECTIONS = ['to-server', 'to-client', 'both'];
const STREAM = 'users?seed=7';
const TAIL = 40;

async function run({ scope, tally, runs, random }) {
  const network = new Network(scope);
  const log = join(scope.folder(), 'run.ndjson');
  const server = await network.serve(scope, ['--ping', `${PING_MS}ms`]);
  const all = ['--log', log, '--ping', `${PING_MS}ms`, '--json'];
  const keep = ({ event }) => event !== 'block';
  const url = `${server.url}/${STREAM}&rate=50`;
  let client = network.connect(scope, [url, '--client', 'alice', ...all], { keep });
  await client.event('connected');
  const found = { deaf: [], hearing: [] };
  for (let cut = 0; cut < runs; cut++) {
    tally.progress(cut, runs);
    const direction = DIRECTIONS[cut % DIRECTIONS.length];
    await sleep(300 + random.next() * PING_MS);
    const brokenMs = performance.now();
    const after = ({ seenMs }) => seenMs >= brokenMs;
    network.drop(direction);
    const faults = [];
    const seen = await Promise.all([
      client.event('disconnected', after, 10_000),
      server.event('leave', after, 10_000),
    ]);
    for (const [index, end] of ['client', 'server'].entries()) {
      const { seenMs, reason } = seen[index];
      const afterMs = seenMs - brokenMs;
      const deaf = direction === 'both' || direction === `to-${end}`;
      found[deaf ? 'deaf' : 'hearing'].push(afterMs);
      if (afterMs > (deaf ? TIMEOUT_MS : 2 * TIMEOUT_MS) + SLACK_MS)
        faults.push(`${direction}: the ${end} found it after ${Math.round(afterMs)} ms (${reason})`);
    }
    if (network.dropped === 0) faults.push(`${direction}: no packet was dropped`);
    network.heal();
    await client.event('resumed', after);
    tally.run(faults);
  }
  client.kill('SIGINT');
  await client.end();
  const count = client.ends()[0].messages + TAIL;
  client = network.connect(scope, ['--resume', '--count', String(count), ...all], { keep });
  await client.end();
  const { lost, repeated, faults } = compareLog(readBlocks(log), await generated(scope, STREAM, count));
  const wrong = [...faults, ...endFaults(client.ends()[0], count)];
  if (wrong.length > 0) tally.run(wrong, { lost, repeated });
  const time = (times) =>
    times.length === 0
      ? 'not tried'
      : `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms`;
  tally.note(
    `time-out ${TIMEOUT_MS} ms: an end that hears nothing found it after ${time(found.deaf)}, one that still heard the other after ${time(found.hearing)}`,
  );
}

export const halfOpen = {
  name: 'half-open',
  fault: 'packets vanish without a word, one way or both; each end finds it by its heartbeat',
  runs: 60,
  shortRuns: 3,
  root: true,
  packages: NETWORK_PACKAGES,
  run,
};
