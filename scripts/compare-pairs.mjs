#!/usr/bin/env node
// How often `tidemark compare` calls two real runs different: of the same thing, and with a slow-down planted in one.
// Build first. `node scripts/compare-pairs.mjs [--pairs 100] [--slower 10]`; it takes about ten seconds a pair.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PROGRAM = fileURLToPath(new URL('../dist/cli/tidemark.js', import.meta.url));
const SHAPE = ['--block-sizes', '5,50', '--clients', '1', '--repeat', '3', '--duration', '200ms'];
/** What a path carries where a slow-down is planted: little enough that it is the limit, and not the machine. */
const KILOBYTES_A_SECOND = 2000;

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '100' }, slower: { type: 'string', default: '0' } },
});
const [pairs, slowerPercent] = [wholeNumber('pairs', 1, 10_000), wholeNumber('slower', 0, 90)];
const folder = mkdtempSync(join(tmpdir(), 'tidemark-pairs-'));
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));

const verdicts = {};
for (let pair = 1; pair <= pairs; pair++) {
  const files = [];
  for (const percent of [0, slowerPercent]) files.push(await measured(`${pair}-${files.length}`, percent));
  const options = slowerPercent > 0 ? ['--allow', 'settings'] : [];
  const { stdout } = await ran(['compare', ...files, ...options, '--format', 'json']);
  const { verdict } = JSON.parse(stdout);
  verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  process.stderr.write(`pair ${pair} of ${pairs}: ${verdict}\n`);
}
const planted = slowerPercent === 0 ? 'of the same thing' : `one slower by ${slowerPercent} %`;
console.log(`${pairs} pairs of runs, ${planted}: ${JSON.stringify(verdicts)}`);
process.exit();

/** A run file: of a server of its own, or where a slow-down is planted, of one behind a path that is the limit. */
async function measured(name, percent) {
  const out = join(folder, `${name}.ndjson`);
  if (slowerPercent === 0) {
    await ran(['bench', ...SHAPE, '--out', out]);
    return out;
  }
  const perSecond = Math.round((KILOBYTES_A_SECOND * 100) / (100 + percent));
  const server = started(['serve', '--port', '0', '--chaos', `bandwidth=${perSecond}kB`, '--json']);
  const [line] = await once(server.stdout, 'data');
  const { url } = JSON.parse(String(line).split('\n')[0]);
  server.stdout.resume();
  await ran(['bench', `${url}/users`, ...SHAPE, '--out', out]);
  server.kill('SIGTERM');
  await once(server, 'close');
  return out;
}

function started(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

async function ran(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.add(child);
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const [code] = await once(child, 'close');
  children.delete(child);
  // 3 is a machine too busy to measure on, which a comparison says too.
  if (code !== 0 && code !== 3) throw new Error(`tidemark ${args.join(' ')} ended with ${code}`);
  return { stdout };
}

function wholeNumber(name, least, most) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
  console.error(`--${name} must be a whole number from ${least} to ${most}, got ${values[name]}`);
  process.exit(1);
}
