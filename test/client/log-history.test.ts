import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckFor, type LogHistory, readHistory } from '../../src/client/log-history.ts';
import { LogError } from '../../src/client/run/log-error.ts';
import { crc32Hex, digestMessage } from '../../src/stream/digest.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const AT = '2026-01-01T00:00:00.000000Z';
const HEAD = JSON.stringify({
  record: 'run',
  ...{
    at: AT,
    tidemark: '0.1.0',
    url: 'ws://127.0.0.1:8000/users',
    client: 'alice',
    token: 'secret-1',
    block: 1,
  },
  ...{ count: null, plain: false, stream: 'users?seed=7', stream_id: '892c13fb2abc043a', from: 0 },
});

/** A record of one message. */
function block(number: number, more: object = {}): string {
  const seq = number - 1;
  return blockOf(number, { from: seq, to: seq }, [seq], more);
}

/** A record of messages with these seqs. */
function blockOf(
  number: number,
  range: { from: number; to: number },
  seqs: number[],
  {
    data: dataOf = (seq) => `{"seq":${seq}}`,
    ...more
  }: {
    data?: (seq: number) => string;
    resumes?: number;
    run_count?: number;
    run_url?: string;
    run_other_urls?: string[];
  } = {},
): string {
  const messages = seqs.map((seq) => ({ seq, at: AT, data: dataOf(seq) }));
  const crc32 = messages.reduce((crc, { data }) => digestMessage(Buffer.from(data), true, crc), 0);
  return JSON.stringify({
    record: 'block',
    ...{ at: AT, client: 'alice', block: number, ...range, count: seqs.length, bytes: 1, elapsed_ms: 1 },
    ...{ interval_ms: null, crc32: crc32Hex(crc32), interrupted: false, partial: false, verified_through: 0 },
    ...more,
    messages,
  });
}

function read(...lines: string[]): LogHistory {
  return readText(lines.map((line) => `${line}\n`).join(''));
}

function readText(text: string, checkFor?: CheckFor): LogHistory {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, text);
  const file = openSync(path, 'r');
  try {
    return readHistory(path, file, Buffer.byteLength(text), checkFor);
  } finally {
    closeSync(file);
  }
}

test('says where a run goes on', () => {
  expect(read(HEAD).point).toMatchObject({ nextSeq: 0, nextBlock: 1 });
  const { run, point } = read(HEAD, block(1), block(2));
  expect(run).toMatchObject({ client: 'alice' });
  expect(point).toMatchObject({ firstSeq: 0, nextSeq: 2, nextBlock: 3 });
  expect(point?.unanswered.map((receipt) => receipt.block)).toEqual([1, 2]);
});

test('has the count that was asked for last', () => {
  const head = HEAD.replace('"count":null', '"count":2');
  expect(read(head, block(1)).run?.count).toBe(2);
  expect(read(head, block(1), block(2, { run_count: 9 }), block(3)).run?.count).toBe(9);
  expect(read(HEAD, block(1, { run_count: 9 }), block(2, { run_count: 12 })).run?.count).toBe(12);
});

test('has the URLs of several servers, as they were used last', () => {
  const run = JSON.parse(HEAD) as { url: string };
  const several = `${JSON.stringify({ ...run, other_urls: ['ws://b'] })}`;
  expect(read(several, block(1))).toMatchObject({
    run: { url: run.url, other_urls: ['ws://b'] },
    firstUrls: [run.url, 'ws://b'],
  });
  const moved = read(several, block(1, { run_url: 'ws://c', run_other_urls: ['ws://d', 'ws://e'] }));
  expect(moved).toMatchObject({ run: { url: 'ws://c', other_urls: ['ws://d', 'ws://e'] } });
  const alone = read(several, block(1, { run_url: 'ws://c' }));
  expect(alone.run?.url).toBe('ws://c');
  expect(alone.run).not.toHaveProperty('other_urls');
});

test('has the URL that its last block came from, and the one that it began with', () => {
  const { url } = JSON.parse(HEAD) as { url: string };
  expect(read(HEAD, block(1))).toMatchObject({ run: { url }, firstUrls: [url] });
  const moved = read(HEAD, block(1), block(2, { run_url: 'ws://b' }));
  expect(moved).toMatchObject({ run: { url: 'ws://b' }, firstUrls: [url] });
  const back = read(HEAD, block(1, { run_url: 'ws://b' }), block(2));
  expect(back).toMatchObject({ run: { url }, firstUrls: [url] });
});

test.each([
  ['behind the blocks', [HEAD, block(1), HEAD]],
  ['before the blocks', [HEAD, HEAD, block(1)]],
  ['between two copies of a log', [HEAD, block(1), HEAD, block(1)]],
])('a second run record %s is not taken for the first line', (_, lines) => {
  expect(() => read(...lines)).toThrow(LogError);
});

test.each([
  ['a block is missing', [HEAD, block(1), block(3)]],
  ['the first block is missing', [HEAD, block(2)]],
  ['a block is there twice', [HEAD, block(1), block(1)]],
  ['data is changed', [HEAD, block(1).replace('{\\"seq\\":0}', '{\\"seq\\":9}')]],
  ['a line is no JSON', [HEAD, 'nonsense', block(1)]],
  ['there is no run record', [block(1)]],
])('a log in which %s is refused', (_, lines) => {
  expect(() => read(...lines)).toThrow(LogError);
});

test('a byte order mark in front, and an end of line of two characters, are passed over', () => {
  expect(readText(`\uFEFF${HEAD}\r\n${block(1)}\r\n`).point).toMatchObject({ nextSeq: 1, nextBlock: 2 });
});

test('what the run counted comes back', () => {
  const lines = [
    blockOf(1, { from: 0, to: 4 }, [0, 1, 4]),
    blockOf(2, { from: 5, to: 5 }, [3, 5, 5]),
    blockOf(3, { from: 6, to: 5 }, [1], { resumes: 2 }),
  ];
  const { point } = read(HEAD, ...lines);
  expect(point).toMatchObject({ nextSeq: 6, messages: 7, resumes: 2, corrupt: 0 });
  expect(point?.tally).toMatchObject({ next: 6, lost: 1, reordered: 1, repeated: 2 });
});

test('a block that accounts for other seqs than those of its messages is refused', () => {
  const lines = [HEAD, blockOf(1, { from: 0, to: 5 }, [0, 1, 2])];
  expect(() => read(...lines)).toThrow('the messages of block 1 are not those that were logged');
});

test('a line of any length is read, and only a message of it is kept', () => {
  const seqs = Array.from({ length: 40 }, (_, seq) => seq);
  const data = (seq: number) => `{"seq":${seq},"text":"${'\\u00e9"é[{'.repeat(10_000)}"}`;
  const { point } = read(HEAD, blockOf(1, { from: 0, to: 39 }, seqs, { data }), block(41, { block: 2 }));
  expect(point).toMatchObject({ nextSeq: 41, nextBlock: 3, messages: 41 });
});

describe('where the stream can be made here, a message that is none of it', () => {
  const lines = (more: object) => [HEAD, block(1), block(2, more), block(3, more)];
  const check: CheckFor = () => (seq) => seq !== 1;
  const text = (all: string[]) => all.map((line) => `${line}\n`).join('');

  test('was altered if the server had verified its block', () => {
    expect(() => readText(text(lines({ verified_through: 2 })), check)).toThrow(
      'the messages of block 2 are not those that were logged',
    );
  });

  test('is left to the server if it had not', () => {
    expect(readText(text(lines({ verified_through: 1 })), check).point?.unanswered).toHaveLength(2);
  });

  const local = HEAD.replace('"from":0', '"from":0,"settings":{"verify":"local"}');
  test('was altered if the check of the run itself had not found it', () => {
    expect(() => readText(text([local, ...lines({}).slice(1)]), check)).toThrow('the messages of block 2');
    expect(() => readText(text([local, ...lines({ corrupt: 2 }).slice(1)]), check)).toThrow('of block 2');
  });

  test('came so if it had, and is counted', () => {
    expect(readText(text([local, ...lines({ corrupt: 1 }).slice(1)]), check).point?.corrupt).toBe(1);
  });
});
