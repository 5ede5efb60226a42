import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LogLock } from '../../src/client/log-lock.ts';
import { temporaryFolder } from '../e2e/processes.ts';

/** A log in a folder of its own. */
function newLog(): { log: string; lock: string; folder: string } {
  const folder = temporaryFolder();
  const log = join(folder, 'run.ndjson');
  writeFileSync(log, '');
  return { log, lock: `${log}.lock`, folder };
}

/** What a lock of this process says. */
function ownLock(): Record<string, unknown> {
  const { log, lock } = newLog();
  const held = LogLock.take(log);
  const owner = JSON.parse(readFileSync(lock, 'utf8')) as Record<string, unknown>;
  held.release();
  return owner;
}

/** The pid of a process that was. */
const goneProcess = () => spawnSync(process.execPath, ['-e', '']).pid;

test('a log is locked once, and told by whom; it is free again when it is given back', () => {
  const { log, lock, folder } = newLog();
  const held = LogLock.take(log);
  const { since } = JSON.parse(readFileSync(lock, 'utf8')) as { since: string };
  expect(() => LogLock.take(log)).toThrow(
    `${log} is being written by another run of this process, ${process.pid}, since ${since}: name another log`,
  );
  held.release();
  expect(readdirSync(folder)).toEqual(['run.ndjson']);
  LogLock.take(log).release();
});

test('a log with a second name, under which another run would not see the lock, is refused by both', () => {
  const { log, folder } = newLog();
  const second = join(folder, 'second.ndjson');
  linkSync(log, second);
  for (const path of [log, second])
    expect(() => LogLock.take(path)).toThrow(`${path} is one file with another by a hard link`);
  expect(readdirSync(folder).toSorted()).toEqual(['run.ndjson', 'second.ndjson']);
  rmSync(second);
  LogLock.take(log).release();
});

test('a log is one log by whatever path it is named', () => {
  const { log, folder } = newLog();
  const link = join(folder, 'link.ndjson');
  symlinkSync(log, link);
  mkdirSync(join(folder, 'sub'));
  const held = LogLock.take(link);
  for (const path of [log, link, join(folder, 'sub', '..', 'run.ndjson')])
    expect(() => LogLock.take(path), path).toThrow(`${path} is being written by another run`);
  held.release();
});

describe('the lock of an owner that is gone is taken over, and nothing is left behind', () => {
  const token = 'a'.repeat(16);
  test.each<[string, Record<string, unknown> | string]>([
    ['its process is no more', { pid: goneProcess() }],
    ['its pid is that of another process now', { started: '1' }],
    ['the machine was started anew', { boot: 'another' }],
    ['its container was started anew', { namespace: 'pid:[1]' }],
    ['the power was cut before it was on the disk', ''],
    ['the power was cut, and its bytes are zeros', '\0'.repeat(180)],
  ])('%s', (_, changed) => {
    const { log, lock, folder } = newLog();
    writeFileSync(
      lock,
      typeof changed === 'string' ? changed : JSON.stringify({ ...ownLock(), token, ...changed }),
    );
    const held = LogLock.take(log);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(readdirSync(folder).sort()).toEqual(['run.ndjson', 'run.ndjson.lock']);
    held.release();
    expect(existsSync(lock)).toBe(false);
  });

  test('whoever was taking it over was killed, too, and the next one', () => {
    const { log, lock, folder } = newLog();
    const mine = { ...ownLock(), pid: goneProcess() };
    const [first, second, third] = ['a', 'b', 'c'].map((digit) => digit.repeat(16));
    writeFileSync(lock, JSON.stringify({ ...mine, token: first }));
    writeFileSync(`${lock}.after-${first}`, JSON.stringify({ ...mine, token: second }));
    writeFileSync(`${lock}.after-${first}.after-${second}`, JSON.stringify({ ...mine, token: third }));
    LogLock.take(log).release();
    expect(readdirSync(folder)).toEqual(['run.ndjson']);
  });
});

describe('a lock is left to its owner', () => {
  const token = 'a'.repeat(16);
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['another process', { pid: process.ppid, started: null }, /never/],
    [
      'on another machine',
      { host: 'elsewhere', boot: 'another' },
      /by process \d+ on "elsewhere", since .*remove .*\.lock$/,
    ],
    [
      'in another container',
      { host: 'elsewhere', namespace: 'pid:[1]' },
      /by process \d+ on "elsewhere", since/,
    ],
    ['that is taking it over', { pid: goneProcess() }, /by another run of this process/],
  ])('%s', (what, changed, sentence) => {
    const { log, lock } = newLog();
    const mine = ownLock();
    const holder: Record<string, unknown> = { ...mine, token, ...changed };
    if (what === 'another process') {
      const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
      holder['started'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      sentence = new RegExp(`is being written by process ${process.ppid}, since .*: end that run first`);
    }
    const text = JSON.stringify(holder);
    writeFileSync(lock, text);
    if (what === 'that is taking it over') writeFileSync(`${lock}.after-${token}`, JSON.stringify(mine));
    expect(() => LogLock.take(log)).toThrow(sentence);
    expect(readFileSync(lock, 'utf8')).toBe(text);
  });

  test('a file that is no lock is refused by name, and left', () => {
    const { log, lock } = newLog();
    writeFileSync(lock, 'my notes');
    expect(() => LogLock.take(log)).toThrow(`${lock} is where the log's lock goes, and holds something else`);
    expect(readFileSync(lock, 'utf8')).toBe('my notes');
  });

  test('and released by nobody else', () => {
    const { log, lock } = newLog();
    const held = LogLock.take(log);
    const others = JSON.stringify({ ...ownLock(), token, host: hostname() });
    writeFileSync(lock, others);
    held.release();
    expect(readFileSync(lock, 'utf8')).toBe(others);
  });
});
