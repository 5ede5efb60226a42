/**
 * The client is killed with -9 and goes on from its log with --resume: at random moments, and at exact ones. There
 * strace kills it as it enters its nth write or sync of the log; and a limit on the file's size makes the write before
 * that a short one, so that the line is torn at any byte.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve, tidemark } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { blocksOf, compareLog, endFaults } from '../log-faults.mjs';

const STREAM = 'users?seed=9';
const BLOCK = 4;
const PER_SECOND = 200;
/** A block's line is longer than this. */
const SHORTEST_LINE_BYTES = 800;

/**
 * How a process is killed: a command before the client, or none, and whether that tears a line.
 *
 * @type {Record<string, (log: string, random: import('../../kit/random.mjs').Random) => { prefix?: string[], tears?: boolean }>}
 */
const MOMENTS = {
  random: () => ({}),
  'before the write': (log, random) => ({ prefix: straced(log, 'write', random.between(1, 6)) }),
  'mid-line': (log, random) => ({
    prefix: [...limited(log, random), ...straced(log, 'write', 2)],
    tears: true,
  }),
  'between write and sync': (log, random) => ({ prefix: straced(log, 'fdatasync', random.between(2, 6)) }),
};

/** @param {string} log @param {string} call @param {number} when */
function straced(log, call, when) {
  // The first sync of a process that resumes is that of its log as it is; it has no line before it.
  const inject = `inject=${call}:signal=SIGKILL:when=${when}`;
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', log, '-e', `trace=${call}`, '-e', inject];
}

/** @param {string} log @param {import('../../kit/random.mjs').Random} random */
function limited(log, random) {
  const bytes = wholeBytes(log) + random.between(1, SHORTEST_LINE_BYTES);
  return ['prlimit', `--fsize=${bytes}`];
}

/** Size without the torn line, which will be dropped. @param {string} log */
function wholeBytes(log) {
  return readFileSync(log).lastIndexOf('\n') + 1;
}

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, random }) {
  const log = join(scope.folder(), 'run.ndjson');
  const keep = (/** @type {{ event: string }} */ { event }) => event !== 'receipt';
  const server = await serve(scope, { keep });
  const first = [
    `${server.url}/${STREAM}&rate=${PER_SECOND}`,
    '--client',
    'alice',
    '--block-size',
    String(BLOCK),
  ];
  const client = (
    /** @type {string[]} */ args,
    /** @type {import('../../kit/child.mjs').ChildOptions} */ options = {},
  ) => tidemark(scope, ['connect', ...args, '--log', log, '--fsync', 'block', '--json'], options);
  let torn = 0;
  /** @type {Record<string, number>} */
  const counts = {};
  /** @type {string[]} */
  const faults = [];
  let held = 0;
  for (let kill = 0; kill < runs; kill++) {
    tally.progress(kill, runs);
    const names = kill > 0 ? Object.keys(MOMENTS) : ['random'];
    // A client under strace starts slowly: half of the kills come from outside.
    const moment = random.uniform() < 0.5 ? 'random' : random.pick(names);
    const { prefix = [], tears = false } = MOMENTS[moment]?.(log, random) ?? {};
    // What strace runs would go on without it: both are in a group that is killed.
    const running = client(kill === 0 ? first : ['--resume'], { prefix, detached: prefix.length > 0 });
    if (moment === 'random') {
      // A log without its first line does not say which server to go on with, so the first kill leaves one.
      const early = random.uniform() >= 0.8 && kill > 0;
      await running.event(early ? 'start' : 'block');
      await sleep(random.uniform() * 60);
      if (!running.running) faults.push(`kill ${kill + 1}: the client had ended before it`);
      await running.killNow();
    } else {
      const { code, signal } = await running.end();
      if (signal !== 'SIGKILL') faults.push(`kill ${kill + 1}, ${moment}: it ended with ${signal ?? code}`);
    }
    counts[moment] = (counts[moment] ?? 0) + 1;
    const text = readFileSync(log, 'utf8');
    const isTorn = text !== '' && !text.endsWith('\n');
    if (isTorn) torn++;
    if (tears && !isTorn) faults.push(`kill ${kill + 1}, ${moment}: the line is not torn`);
    const messages = wholeMessages(text);
    if (messages < held)
      faults.push(`kill ${kill + 1}: the log has shrunk from ${held} to ${messages} messages`);
    held = messages;
  }
  const count = held + 40;
  const last = client(['--resume', '--count', String(count)]);
  await last.end(120_000);
  const expected = texts(STREAM, count);
  const text = readFileSync(log, 'utf8');
  const { lost, repeated, faults: wrong } = compareLog(blocksOf(text), expected);
  if (!text.endsWith('\n')) wrong.push('the last line is torn');
  faults.push(...wrong, ...endFaults(last.ends()[0], count));
  tally.together(runs, faults, { lost, repeated });
  const kinds = Object.entries({ torn, ...counts }).map(([moment, number]) => `${number} ${moment}`);
  tally.note(
    `${kinds.join(', ')}; ${count} messages, ${statSync(log).size} bytes of log, equal to the stream`,
  );
}

/** @param {string} text */
function wholeMessages(text) {
  const blocks = blocksOf(text);
  return blocks.reduce((sum, { messages }) => sum + messages.length, 0);
}

/** @type {import('../campaigns.mjs').Campaign} */
export const clientKill = {
  name: 'client-kill',
  fault: 'the client is killed with -9, at random and at exact moments, and resumes from its log',
  runs: 500,
  shortRuns: 12,
  packages: ['strace'],
  run,
};
