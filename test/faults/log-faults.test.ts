import { describe, expect, test } from 'vitest';
import {
  blocksOf,
  compareLog,
  endFaults,
  type LoggedBlock,
  missingReceipts,
} from '../../lab/faults/log-faults.mjs';

/** What the campaigns judge by has to find what is wrong, or their zeros mean nothing. */
const AT = '2026-01-02T03:04:05.678Z';
const EXPECTED = Array.from({ length: 6 }, (_, seq) => `{"seq":${seq}}`);

function block(number: number, seqs: readonly number[]): LoggedBlock {
  const messages = seqs.map((seq) => ({ seq, at: AT, data: EXPECTED[seq] ?? '' }));
  const from = seqs[0] ?? 0;
  const to = seqs.at(-1) ?? 0;
  return { block: number, at: AT, from, to, crc32: `crc ${seqs}`, partial: false, messages };
}

const RIGHT = [block(1, [0, 1]), block(2, [2, 3]), block(3, [4, 5])];

describe('a log', () => {
  test('that is right has no fault', () => {
    expect(compareLog(RIGHT, EXPECTED)).toEqual({ lost: 0, repeated: 0, faults: [] });
  });

  test.each<[string, LoggedBlock[], object, RegExp]>([
    ['lacks a block', RIGHT.toSpliced(1, 1), { lost: 2, repeated: 0 }, /block 3 where block 2 should be/],
    ['lacks its end', RIGHT.slice(0, 2), { lost: 2, repeated: 0 }, /2 messages are missing/],
    ['lacks a message', RIGHT.with(1, block(2, [2])), { lost: 1, repeated: 0 }, /seq 4 where 3 should be/],
    ['has a message twice', RIGHT.with(1, block(2, [2, 3, 3])), { lost: 0, repeated: 1 }, /seq 3 where 4/],
    ['has two messages swapped', RIGHT.with(1, block(2, [3, 2])), { lost: 0, repeated: 0 }, /seq 3 where 2/],
    ['has one too many', [...RIGHT, block(4, [6])], { lost: 0, repeated: 0 }, /seq 6 was not asked for/],
    ['has an empty block', [...RIGHT, block(4, [])], { lost: 0, repeated: 0 }, /block 4 is empty/],
  ])('that %s is found', (_, blocks, counts, sentence) => {
    const found = compareLog(blocks, EXPECTED);
    expect(found).toMatchObject(counts);
    expect(found.faults.join('\n')).toMatch(sentence);
  });

  test('with other bytes is found', () => {
    const altered = {
      ...block(1, [0, 1]),
      messages: [
        { seq: 0, at: AT, data: '{"seq":0} ' },
        { seq: 1, at: AT, data: EXPECTED[1] ?? '' },
      ],
    };
    expect(compareLog(RIGHT.with(0, altered), EXPECTED).faults).toEqual(['seq 0 has other bytes']);
  });

  test('is read without its torn line', () => {
    const line = (record: object) => `${JSON.stringify(record)}\n`;
    const text = line({ record: 'run' }) + RIGHT.map((each) => line({ record: 'block', ...each })).join('');
    expect(blocksOf(text)).toHaveLength(3);
    expect(blocksOf(text.slice(0, -1))).toHaveLength(2);
    expect(() => blocksOf(line({ record: 'block' }))).toThrow('no run record');
    expect(() => blocksOf(`${text}{"rec${line({ record: 'block' })}`)).toThrow(
      'line 5 of the log is not JSON',
    );
  });
});

test.each([
  [{ verdict: 'proved', messages: 6 }, false],
  [{ verdict: 'proved', messages: 5 }, true],
  [{ verdict: 'interrupted', messages: 6 }, true],
  [{ verdict: 'proved', messages: 6, lost: 1 }, true],
])('an end of %j is wrong: %s', (end, wrong) => {
  const whole = { client: 'alice', lost: 0, repeated: 0, reordered: 0, corrupt: 0, error: null, ...end };
  expect(endFaults(whole, 6).length > 0).toBe(wrong);
});

test('a client that has not ended is wrong', () => {
  expect(endFaults(undefined, 6)).toHaveLength(1);
});

test('a receipt for a block that is not in the log, or is another one there, is found', () => {
  const receipts = RIGHT.map(({ block: number, from, to, crc32 }) => ({ block: number, from, to, crc32 }));
  expect(missingReceipts(receipts, RIGHT)).toEqual([]);
  expect(missingReceipts(receipts, RIGHT.slice(0, 2))).toEqual(receipts.slice(2));
  expect(missingReceipts(receipts, RIGHT.with(1, block(2, [2])))).toEqual([receipts[1]]);
});
