import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LogError } from '../../src/client/log-error.ts';
import { type LogHistory, readHistory } from '../../src/client/log-history.ts';
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
function block(number: number): string {
  const seq = number - 1;
  const data = `{"seq":${seq}}`;
  const crc32 = crc32Hex(digestMessage(Buffer.from(data), true, 0));
  return JSON.stringify({
    record: 'block',
    ...{ at: AT, client: 'alice', block: number, from: seq, to: seq, count: 1, bytes: data.length },
    ...{ elapsed_ms: 1, interval_ms: null, crc32, interrupted: false, partial: false, verified_through: 0 },
    messages: [{ seq, at: AT, data }],
  });
}

function read(...lines: string[]): LogHistory {
  const path = join(temporaryFolder(), 'log');
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(path, text);
  const file = openSync(path, 'r');
  try {
    return readHistory(path, file, Buffer.byteLength(text));
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
