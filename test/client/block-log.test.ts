import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BlockLog } from '../../src/client/block-log.ts';
import type { RunRecord } from '../../src/client/log-record.ts';
import { LogError } from '../../src/client/run/log-error.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import { receiptFor } from '../../src/session/receipt.ts';
import { digestMessage } from '../../src/stream/digest.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const WALL_MS = Date.parse('2026-01-02T03:04:05.678Z');
const RUN: Omit<RunRecord, 'record' | 'at'> = {
  tidemark: '1.2.3',
  url: 'ws://127.0.0.1:8000/users',
  client: 'alice',
  token: 'secret-1',
  block: 2,
  count: null,
  plain: false,
  stream: 'users?seed=1',
  stream_id: '0123456789abcdef',
  from: 10,
};

/** Block n of a run that begins at seq 10, two messages each. */
function blockOf(block: number): Block {
  const from = 10 + 2 * (block - 1);
  const messages = [from, from + 1].map((seq) => {
    return { seq, payload: new TextEncoder().encode(`{"seq":${seq}}`), text: true, wallMs: WALL_MS + 0.25 };
  });
  const crc32 = messages.reduce((crc, { payload }) => digestMessage(payload, true, crc), 0);
  const facts = { from, to: from + 1, count: 2, bytes: 22, elapsedMs: 1.5, intervalMs: 2, crc32 };
  return { block, ...facts, interrupted: false, partial: false, messages };
}

const progressOf = (verifiedThrough: number) => ({ verifiedThrough, resumes: 0, corrupt: 0, foreign: 0 });

const newPath = () => join(temporaryFolder(), 'run.ndjson');

/** Writes a log of so many blocks; block n says that all up to `verified(n)` were verified. */
function written(path: string, blocks: number, verified: (block: number) => number, run = RUN): string {
  const log = BlockLog.create(path);
  log.writeRun(run, WALL_MS);
  for (let n = 1; n <= blocks; n++) log.writeBlock('alice', blockOf(n), progressOf(verified(n)), WALL_MS);
  log.close();
  return readFileSync(path, 'utf8');
}

function resumed(path: string): Omit<ReturnType<typeof BlockLog.resume>, 'log'> {
  const { log, ...history } = BlockLog.resume(path);
  log.close();
  return history;
}

/** What the refusal says, behind the path. */
function refusal(act: () => unknown, path: string): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    expect(error.code).toBe('log');
    expect(error.message.startsWith(path)).toBe(true);
    return error.message.slice(path.length);
  }
  throw new Error('it was not refused');
}

describe('a new log', () => {
  test('is one line a record, each message with its own time', () => {
    const lines = written(newPath(), 1, () => 0)
      .trimEnd()
      .split('\n');
    const at = '2026-01-02T03:04:05.678000Z';
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { record: 'run', at, ...RUN },
      {
        record: 'block',
        at,
        client: 'alice',
        block: 1,
        from: 10,
        to: 11,
        count: 2,
        bytes: 22,
        elapsed_ms: 1.5,
        interval_ms: 2,
        crc32: 'ae2027af', // as gzip has it of the two lines
        interrupted: false,
        partial: false,
        verified_through: 0,
        messages: [10, 11].map((seq) => {
          return { seq, at: '2026-01-02T03:04:05.678250Z', data: `{"seq":${seq}}` };
        }),
      },
    ]);
  });

  test('is for its owner alone: it holds the token', () => {
    const path = newPath();
    BlockLog.create(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('may be a file that is there but empty', () => {
    const path = newPath();
    writeFileSync(path, '');
    written(path, 1, () => 0);
    expect(resumed(path).point?.nextSeq).toBe(12);
  });

  test('is refused where there is a log already, which stays as it is', () => {
    const path = newPath();
    const text = written(path, 1, () => 0);
    expect(refusal(() => BlockLog.create(path), path)).toBe(
      ' holds a log already: name another file, or resume its run',
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('is refused where no file can be', () => {
    const folder = temporaryFolder();
    expect(refusal(() => BlockLog.create(folder), folder)).toMatch(/^ can't be opened: .*\(EISDIR\)/);
    const path = join(folder, 'missing', 'run.ndjson');
    expect(refusal(() => BlockLog.create(path), path)).toMatch(/^ can't be opened: .*\(ENOENT\)/);
  });

  test('on a full disk can not be written, and says so', () => {
    const log = BlockLog.create('/dev/full');
    expect(refusal(() => log.writeRun(RUN, WALL_MS), log.path)).toMatch(/^ can't be written: .*\(ENOSPC\)/);
    expect(refusal(() => log.writeBlock('alice', blockOf(1), progressOf(0), WALL_MS), log.path)).toContain(
      'ENOSPC',
    );
    log.close();
  });
});

describe('a log that is synced', () => {
  test('is written and gone on with as any other', () => {
    const path = newPath();
    const log = BlockLog.create(path, 'block');
    log.writeRun(RUN, WALL_MS);
    log.writeBlock('alice', blockOf(1), progressOf(0), WALL_MS);
    log.close();
    const again = BlockLog.resume(path, 'block');
    expect(again.point).toMatchObject({ nextSeq: 12, nextBlock: 2 });
    again.log.close();
  });

  test('ends with the first error of the disk: a second sync could report a success that is none', () => {
    const log = BlockLog.create('/dev/null', 'block'); // takes all that is written, and can't be synced
    const said = refusal(() => log.writeRun(RUN, WALL_MS), log.path);
    expect(said).toMatch(/^ can't be synced to the disk: EINVAL/);
    expect(refusal(() => log.writeBlock('alice', blockOf(1), progressOf(0), WALL_MS), log.path)).toBe(said);
    log.close();
    const unsynced = BlockLog.create('/dev/null');
    unsynced.writeRun(RUN, WALL_MS);
    unsynced.close();
  });
});

describe('a log that is resumed', () => {
  test('gives the run, and where it had got to', () => {
    const path = newPath();
    written(path, 3, (n) => n - 1);
    const { run, point } = resumed(path);
    expect(run).toEqual({ record: 'run', at: '2026-01-02T03:04:05.678000Z', ...RUN });
    expect(point).toMatchObject({
      streamId: '0123456789abcdef',
      stream: 'users?seed=1',
      firstSeq: 10,
      nextSeq: 16,
      nextBlock: 4,
      verifiedThrough: 2,
      unanswered: [receiptFor('alice', blockOf(3))],
    });
  });

  test.each([
    { verifiedThrough: 0, blocks: [1, 2, 3, 4, 5] },
    { verifiedThrough: 2, blocks: [3, 4, 5] },
    { verifiedThrough: 5, blocks: [] },
  ])('brings back the receipts that were not verified: $verifiedThrough', ({ verifiedThrough, blocks }) => {
    const path = newPath();
    written(path, 5, (n) => Math.min(n, verifiedThrough));
    expect(resumed(path).point).toMatchObject({
      verifiedThrough,
      unanswered: blocks.map((n) => receiptFor('alice', blockOf(n))),
    });
  });

  test('of a server that is not Tidemark brings back none', () => {
    const path = newPath();
    written(path, 2, () => 0, { ...RUN, stream: null, stream_id: null });
    const { point } = resumed(path);
    expect(point).toMatchObject({ nextSeq: 14, unanswered: [] });
    expect([point?.stream, point?.streamId]).toEqual([undefined, undefined]);
  });

  test('without a block begins at its beginning', () => {
    const path = newPath();
    written(path, 0, () => 0);
    expect(resumed(path).point).toMatchObject({ firstSeq: 10, nextSeq: 10, nextBlock: 1, unanswered: [] });
  });

  test.each(['', '{"record":"run"'])('that holds %j alone has no run yet', (text) => {
    const path = newPath();
    writeFileSync(path, text);
    expect(resumed(path)).toEqual({ run: undefined, point: undefined });
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  test('wherever its last line is torn, drops that and goes on behind it', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'whole.ndjson');
    const whole = written(path, 2, () => 0);
    const end = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let cut = end; cut < whole.length; cut += 7) {
      const torn = join(folder, `torn-${cut}.ndjson`);
      writeFileSync(torn, whole.slice(0, cut));
      const { log, point } = BlockLog.resume(torn);
      expect(point).toMatchObject({ nextSeq: 12, nextBlock: 2 });
      log.writeBlock('alice', blockOf(2), progressOf(0), WALL_MS);
      log.close();
      expect(readFileSync(torn, 'utf8')).toBe(whole);
    }
  });

  test('that does not exist is refused, and not made', () => {
    const path = newPath();
    expect(refusal(() => BlockLog.resume(path), path)).toBe(': there is no log to resume');
    expect(refusal(() => BlockLog.resume(path), path)).toBe(': there is no log to resume');
  });

  test('that is a folder is refused', () => {
    const path = newPath();
    mkdirSync(path);
    expect(refusal(() => BlockLog.resume(path), path)).toMatch(/^ can't be opened: .*\(EISDIR\)/);
  });
});

describe('what is no log', () => {
  test.each([
    ['shopping list\n', ' holds a line that is no whole record: "shopping list"'],
    ['{"a":1}\n', ' is not a Tidemark log: its first line is no run record'],
    ['[]\n', ' is not a Tidemark log: its first line is no run record'],
    [`${'x'.repeat(100)}\n`, ` holds a line that is no whole record: "${'x'.repeat(60)}…"`],
    ['\u001b[31m\n', ' holds a line that is no whole record: "\\u001b[31m"'],
    ['\n', ' holds a line that is no whole record: ""'],
  ])('%j is refused, and left as it is', (text, reason) => {
    const path = newPath();
    writeFileSync(path, text);
    expect(refusal(() => BlockLog.resume(path), path)).toBe(reason);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test.each([
    ['torn in the middle}\n', ' holds a line that is no whole record: "torn in the middle}"'],
    ['{"record":"block"}\n', ' holds a line that is no block record: "{\\"record\\":\\"block\\"}"'],
    ['{"record":"run"}\n', ' holds a line that is no block record: "{\\"record\\":\\"run\\"}"'],
  ])('a log that holds %j is refused with that line', (line, reason) => {
    const path = newPath();
    const text = written(path, 2, () => 0);
    appendFileSync(path, line);
    expect(refusal(() => BlockLog.resume(path), path)).toBe(reason);
    expect(readFileSync(path, 'utf8')).toBe(`${text}${line}`);
  });
});

test('a file that is no log, without one whole line, is refused and left as it is', () => {
  const path = newPath();
  writeFileSync(path, 'my notes');
  expect(() => BlockLog.resume(path)).toThrow(/is not a Tidemark log: it begins with "my notes"/);
  expect(readFileSync(path, 'utf8')).toBe('my notes');
});

describe('a log that was changed behind its back is refused, and left as it is', () => {
  const lines = (text: string) => text.trimEnd().split('\n');

  test.each([
    [
      'a block is gone',
      (all: string[]) => all.toSpliced(2, 1),
      'block 2 from seq 12 is missing; block 3 from seq 14',
    ],
    [
      'the first one is gone',
      (all: string[]) => all.toSpliced(1, 1),
      'block 1 from seq 10 is missing; block 2',
    ],
    [
      'a block is there twice',
      (all: string[]) => all.toSpliced(2, 0, all[2] ?? ''),
      'block 3 from seq 14 is missing',
    ],
    [
      'a message was altered',
      (all: string[]) => all.map((line) => line.replace('{\\"seq\\":12}', '{\\"seq\\":21}')),
      'the messages of block 2 are not those that were logged',
    ],
  ])('%s', (_, change, sentence) => {
    const path = newPath();
    const changed = `${change(lines(written(path, 3, () => 0))).join('\n')}\n`;
    writeFileSync(path, changed);
    expect(() => BlockLog.resume(path)).toThrow(sentence);
    expect(readFileSync(path, 'utf8')).toBe(changed);
  });
});

test('two runs that were begun on one empty log: the second one is refused', () => {
  const path = newPath();
  const first = BlockLog.create(path);
  expect(refusal(() => BlockLog.create(path), path)).toMatch(
    /^ is being written by another run of this process/,
  );
  first.writeRun(RUN, WALL_MS);
  first.close();
});
