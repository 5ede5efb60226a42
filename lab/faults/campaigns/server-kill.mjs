/** The server is killed with -9 and started again on its port, at random moments, under 50 clients. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../kit/free-port.mjs';
import { serve, tidemark } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { compareLog, endFaults, readBlocks } from '../log-faults.mjs';

const GROUPS = [
  { name: 'ann', stream: 'users?seed=7', block: 5, clients: 13 },
  { name: 'ben', stream: 'arrays?shape=2,3&dist=normal&seed=3', block: 7, clients: 13 },
  { name: 'cat', stream: 'bytes?size=200', block: 50, clients: 12 },
  { name: 'dan', stream: 'users', block: 1, clients: 12 },
];
const CLIENTS = GROUPS.reduce((sum, { clients }) => sum + clients, 0);
/** The last few clients come back late, by their back-off, and would make each cycle seconds long. */
const MOST_WAITED_FOR = 30;
const PER_SECOND = 20;
/** Messages that each client takes after the last kill. */
const TAIL = 40;

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, random }) {
  const folder = scope.folder();
  const port = await freePort();
  const keep = (/** @type {{ event: string }} */ { event }) => event !== 'receipt' && event !== 'block';
  let server = await serve(scope, { port, keep });
  const options = (/** @type {typeof GROUPS[number]} */ { name, block, clients }) => [
    ...['--clients', String(clients), '--client', name, '--block-size', String(block)],
    ...['--log', join(folder, `${name}.ndjson`), '--json'],
  ];
  const url = (/** @type {string} */ stream) =>
    `ws://127.0.0.1:${port}/${stream}${stream.includes('?') ? '&' : '?'}rate=${PER_SECOND}`;
  const groups = GROUPS.map((group) => ({
    ...group,
    child: tidemark(scope, ['connect', url(group.stream), ...options(group)], { keep }),
  }));
  const joined = (/** @type {number} */ number) =>
    server.until(
      `${number} clients`,
      ({ events }) => events.filter(({ event }) => event === 'join').length >= number,
    );
  // The server knows them before they know it: only who has been connected can be cut off.
  for (const { child, clients } of groups)
    await child.until(
      `${clients} clients that are connected`,
      ({ events }) => events.filter(({ event }) => event === 'connected').length >= clients,
    );
  for (let kill = 0; kill < runs; kill++) {
    tally.progress(kill, runs);
    // Some kills meet clients that are still coming back, some meet all of them at work.
    await joined(random.between(1, MOST_WAITED_FOR));
    await sleep(random.uniform() * 150);
    await server.killNow();
    server = await serve(scope, { port, keep });
  }
  await joined(CLIENTS);
  // They have no end of their own, so that none ends before the last kill: each is stopped, and gone on with to one.
  for (const { child } of groups) child.kill('SIGINT');
  for (const { child } of groups) await child.end();
  const stopped = groups.flatMap(({ child }) => child.ends());
  const faults = stopped
    .filter(
      ({ verdict, lost, repeated, reordered, corrupt }) =>
        verdict !== 'interrupted' || lost + repeated + reordered + corrupt > 0,
    )
    .flatMap((end) => endFaults(end, end.messages).slice(0, 1));
  const resumes = stopped.map((end) => end.resumes);
  const count = Math.max(...stopped.map(({ messages }) => messages)) + TAIL;
  const resumed = GROUPS.map((group) => {
    const { name, clients } = group;
    const names = ['--clients', String(clients), '--client', name, '--log', join(folder, `${name}.ndjson`)];
    const args = ['connect', '--resume', '--count', String(count), '--json', ...names];
    return { ...group, child: tidemark(scope, args, { keep }) };
  });
  let [lost, repeated] = [0, 0];
  for (const { child, name, stream, clients } of resumed) {
    await child.end(300_000);
    const ends = child.ends();
    const expected = texts(stream, count);
    for (let client = 1; client <= clients; client++) {
      const found = compareLog(readBlocks(join(folder, `${name}.${name}-${client}.ndjson`)), expected);
      lost += found.lost;
      repeated += found.repeated;
      const end = ends.find((event) => event.client === `${name}-${client}`);
      const wrong = [...endFaults(end, count), ...found.faults];
      if (wrong.length > 0) faults.push(`${name}-${client}: ${wrong.join('; ')}`);
    }
  }
  if (resumes.length !== CLIENTS)
    faults.push(`only ${resumes.length} of ${CLIENTS} clients lasted to the end`);
  if (Math.min(...resumes) === 0) faults.push('a client was never cut off: the kills missed it');
  tally.together(runs, faults, { lost, repeated });
  const total = resumes.reduce((sum, each) => sum + each, 0);
  tally.note(
    `${CLIENTS} clients, ${count} messages each, ${total} resumes; each log equals its stream byte for byte`,
  );
}

/** @type {import('../campaigns.mjs').Campaign} */
export const serverKill = {
  name: 'server-kill',
  fault: 'the server is killed with -9 and started again, under 50 clients',
  runs: 500,
  shortRuns: 5,
  run,
};
