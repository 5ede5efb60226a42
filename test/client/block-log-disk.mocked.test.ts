import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { BlockLog } from '../../src/client/block-log.ts';
import type { RunRecord } from '../../src/client/log-record.ts';
import { LogError } from '../../src/client/run/log-error.ts';
import { temporaryFolder } from '../e2e/processes.ts';

/** A disk that does what it is told to: how many bytes a write takes, and what fails. */
const disk = vi.hoisted(() => ({
  mostBytes: Number.POSITIVE_INFINITY,
  full: false,
  syncFails: false,
  syncs: 0,
}));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync: (file: number, bytes: Buffer, offset: number) => {
      if (disk.full)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return fs.writeSync(file, bytes, offset, Math.min(disk.mostBytes, bytes.length - offset));
    },
    fdatasyncSync: (file: number) => {
      disk.syncs++;
      if (disk.syncFails) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      fs.fdatasyncSync(file);
    },
  };
});

afterEach(() => {
  Object.assign(disk, { mostBytes: Number.POSITIVE_INFINITY, full: false, syncFails: false, syncs: 0 });
});

const RUN: Omit<RunRecord, 'record' | 'at'> = {
  ...{ tidemark: '1.2.3', url: 'ws://127.0.0.1:8000/users', client: 'alice', token: 'secret-1', block: 2 },
  ...{ count: null, plain: false, stream: 'users?seed=1', stream_id: '0123456789abcdef', from: 0 },
};
const newPath = () => join(temporaryFolder(), 'run.ndjson');

test('a line that is written bit by bit is written whole', () => {
  const path = newPath();
  const log = BlockLog.create(path);
  disk.mostBytes = 7;
  log.writeRun(RUN, 0);
  log.close();
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toMatchObject({ record: 'run', client: 'alice', from: 0 });
});

test('after a write that failed nothing is written any more, though the disk would take it', () => {
  const path = newPath();
  const log = BlockLog.create(path);
  disk.full = true;
  expect(() => log.writeRun(RUN, 0)).toThrow(LogError);
  disk.full = false;
  expect(() => log.writeRun(RUN, 0)).toThrow(/can't be written: .*\(ENOSPC\)/);
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('each line is synced when that is asked for, and a sync that failed is final', () => {
  const log = BlockLog.create(newPath(), 'block');
  log.writeRun(RUN, 0);
  expect(disk.syncs).toBe(1);
  disk.syncFails = true;
  const other = BlockLog.create(newPath(), 'block');
  expect(() => other.writeRun(RUN, 0)).toThrow(/can't be synced to the disk: .*\(EIO\)/);
  disk.syncFails = false;
  expect(() => other.writeRun(RUN, 0)).toThrow(LogError);
  for (const each of [log, other]) each.close();
});

test('no line is synced when that is not asked for', () => {
  const log = BlockLog.create(newPath());
  log.writeRun(RUN, 0);
  log.close();
  expect(disk.syncs).toBe(0);
});
