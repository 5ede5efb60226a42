import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { PROGRAM, Process, temporaryFolder } from '../e2e/processes.ts';

const RACERS = 6;
const ROUNDS = 5;

/**
 * Each racer tries to take one log's lock again and again, writes down when it has it, holds it for a moment, and gives it
 * back or dies with it. No two may have it at once.
 */
const RACER = `
import { appendFileSync, writeFileSync, unlinkSync } from 'node:fs';
const { LogLock } = await import(process.argv[2]);
const log = process.argv[3];
const end = Date.now() + 3000;
let taken = 0;
process.stdout.write('ready\\n');
while (Date.now() < end) {
  let lock;
  try { lock = LogLock.take(log); } catch (error) { if (error.code !== 'log' || !/is being written by/.test(error.message)) throw error; continue; }
  writeFileSync(log + '.inside', String(process.pid), { flag: 'wx' }); // fails if another one is inside
  for (const until = Date.now() + 2; Date.now() < until;);
  unlinkSync(log + '.inside');
  taken++;
  if (Math.random() < 0.2) { process.stdout.write('taken ' + taken + '\\n', () => process.kill(process.pid, 'SIGKILL')); await new Promise(() => {}); }
  lock.release();
}
process.stdout.write('taken ' + taken + '\\n');
`;

test('processes that race for a lock, and are killed with it, never have it at once', async () => {
  const folder = temporaryFolder();
  const racer = join(folder, 'racer.mjs');
  writeFileSync(racer, RACER);
  const log = join(folder, 'run.ndjson');
  writeFileSync(log, '');
  const module = pathToFileURL(join(PROGRAM, '../../client/log-lock.js')).href;
  let taken = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const racers = Array.from({ length: RACERS }, () => new Process(process.execPath, [racer, module, log]));
    const ends = await Promise.all(racers.map(({ exited }) => exited));
    for (const [i, { code, signal }] of ends.entries()) {
      expect(racers[i]?.stderr.join('\n')).toBe('');
      expect(code === 0 || signal === 'SIGKILL').toBe(true);
      taken += Number(racers[i]?.stdout.at(-1)?.split(' ')[1]);
    }
  }
  expect(taken).toBeGreaterThan(RACERS);
  expect(readFileSync(log, 'utf8')).toBe('');
  expect(readdirSync(folder).filter((name) => name.includes('.after-'))).toEqual([]);
});
