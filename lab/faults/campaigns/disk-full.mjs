/**
 * The log can't be written: its disk is full, its size is limited, its sync fails, its folder is closed; or the reader of
 * stdout goes. Each ends with a clear message and exit code 1, and whatever the server has a receipt for is in the log.
 * Then there is room again, and the run goes on to the end.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { withScope } from '../../kit/scope.mjs';
import { serve, tidemark } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { mountTmpfs } from '../disk.mjs';
import { blocksOf, compareLog, endFaults, missingReceipts } from '../log-faults.mjs';

const STREAM = 'users?seed=11';
const TAIL = 40;
const NOBODY = 65_534;

/** Fills a disk but for so many bytes. @param {string} folder @param {number} leftBytes */
function fill(folder, leftBytes) {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(4096);
  try {
    for (let size = 0; size < 1024 * 1024 - 4096 - leftBytes; size += chunk.length) writeSync(file, chunk);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  return () => rmSync(path);
}

/**
 * A place for the log, how the client is run, and how there is room again.
 *
 * @typedef {object} Place
 * @property {string} folder
 * @property {() => void} [heal]
 * @property {string[]} [prefix]
 * @property {string[]} [args]
 * @property {boolean} [broken] whether the reader of its stdout goes
 *
 * @typedef {object} DiskFault
 * @property {boolean} [root]
 * @property {(scope: import('../../kit/scope.mjs').Scope, random: import('../../kit/random.mjs').Random) => Place} prepare
 * @property {RegExp} says what the client has to say
 */

/** @type {Record<string, DiskFault>} */
const FAULTS = {
  'tmpfs full': {
    root: true,
    prepare: (scope, random) => {
      const folder = mountTmpfs(scope, '1m');
      return { folder, heal: fill(folder, random.between(8000, 120_000)) };
    },
    says: /can't be written: .*\(ENOSPC\)/,
  },
  'size limit': {
    prepare: (scope, random) => ({
      folder: scope.folder(),
      prefix: ['prlimit', `--fsize=${random.between(4000, 100_000)}`],
    }),
    says: /can't be written: .*\(EFBIG\)/,
  },
  'sync fails': {
    prepare: (scope, random) => {
      const folder = scope.folder();
      const inject = `inject=fdatasync:error=EIO:when=${random.between(6, 30)}`;
      const trace = ['-P', join(folder, 'run.ndjson'), '-e', 'trace=fdatasync', '-e', inject];
      return {
        folder,
        prefix: ['strace', '-f', '-qq', '-o', '/dev/null', ...trace],
        args: ['--fsync', 'block'],
      };
    },
    says: /can't be synced to the disk: .*\(EIO\)/,
  },
  'reader of stdout gone': {
    prepare: (scope) => ({ folder: scope.folder(), broken: true }),
    says: /output can't be written: .*EPIPE|EPIPE/,
  },
};

/** @param {import('../../kit/scope.mjs').Scope} scope @param {import('../../kit/tidemark.mjs').Listening} server @param {string} name @param {DiskFault} fault @param {import('../../kit/random.mjs').Random} random */
async function one(scope, server, name, fault, random) {
  const { folder, heal = () => {}, prefix = [], args = [], broken } = fault.prepare(scope, random);
  const log = join(folder, 'run.ndjson');
  const url = `${server.url}/${STREAM}&rate=500`;
  const options = ['--client', name, '--log', log, ...args];
  const client = tidemark(scope, ['connect', url, ...options, '--json'], {
    prefix,
    detached: prefix.length > 0,
  });
  if (broken) {
    await client.event('block');
    client.process.stdout?.destroy(); // as `| head` does
  }
  const { code, signal } = await client.end();
  const said = [...client.lastLines, ...client.ends().map(({ error }) => error)].join('\n');
  const faults = [];
  if (code !== 1) faults.push(`it ended with ${signal ?? code}, not with 1`);
  if (!fault.says.test(said)) faults.push(`it said ${JSON.stringify(said)}`);
  await server.event('leave', (event) => event.client === name);
  const receipts = server.events.filter((event) => event.event === 'receipt' && event.client === name);
  const blocks = blocksOf(readFileSync(log, 'utf8'));
  const missing = missingReceipts(receipts, blocks);
  if (receipts.length === 0) faults.push('it had no receipt before the fault: the run shows nothing');
  if (missing.length > 0)
    faults.push(`${missing.length} of ${receipts.length} receipted blocks are not in the log`);
  heal();
  const count = (blocks.at(-1)?.to ?? -1) + 1 + TAIL;
  const resumed = tidemark(scope, ['connect', '--log', log, '--resume', '--count', String(count), '--json']);
  await resumed.end();
  const compared = compareLog(blocksOf(readFileSync(log, 'utf8')), texts(STREAM, count));
  return { ...compared, faults: [...faults, ...endFaults(resumed.ends()[0], count), ...compared.faults] };
}

/** A folder in which nothing can be made; for root, in the eyes of nobody. @param {import('../../kit/scope.mjs').Scope} scope @param {import('../../kit/tidemark.mjs').Listening} server */
async function notWritable(scope, server) {
  const folder = join(scope.folder(), 'closed');
  mkdirSync(folder, 0o500);
  const as = process.getuid?.() === 0 ? { uid: NOBODY } : {};
  const missing = join(folder, 'missing', 'run.ndjson');
  const faults = [];
  /** @type {[string, RegExp, { uid?: number }][]} */
  const closed = [
    [join(folder, 'run.ndjson'), /can't be opened: .*\(EACCES\)/, as],
    [missing, /can't be opened: .*\(ENOENT\)/, {}],
    [folder, /can't be opened: .*\(EISDIR\)/, {}],
  ];
  for (const [log, says, user] of closed) {
    const client = tidemark(scope, ['connect', `${server.url}/${STREAM}`, '--log', log], user);
    const { code } = await client.end();
    const said = client.lastLines.join('\n');
    if (code !== 1 || !says.test(said))
      faults.push(`${says}: exit code ${code}, it said ${JSON.stringify(said)}`);
  }
  return { lost: 0, repeated: 0, faults };
}

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, random, short }) {
  const server = await serve(scope);
  const root = process.getuid?.() === 0 && !(short && process.env.ROOT_TESTS === undefined);
  const kinds = Object.keys(FAULTS).filter((kind) => root || !FAULTS[kind]?.root);
  for (let done = 0; done < runs; done++) {
    tally.progress(done, runs);
    await withScope(async (inner) => {
      const kind = kinds[done % (kinds.length + 1)] ?? 'path not writable';
      const fault = FAULTS[kind];
      const found =
        fault === undefined
          ? await notWritable(inner, server)
          : await one(inner, server, `c${done}`, fault, random);
      tally.run(
        found.faults.map((sentence) => `${kind}: ${sentence}`),
        found,
      );
    });
  }
  tally.note(`in turns: ${[...kinds, 'path not writable'].join(', ')}`);
  if (!root) tally.note('without root, no full tmpfs');
}

/** @type {import('../campaigns.mjs').Campaign} */
export const diskFull = {
  name: 'disk-full',
  fault: 'the log cannot be written or synced, or the reader of stdout goes away; then there is room again',
  runs: 50,
  shortRuns: 5,
  packages: ['strace'],
  run,
};
