import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckedReceipt, ReceiptChecker } from '../../../src/session/conversation/receipt-checker.ts';
import type { Receipt } from '../../../src/session/messages.ts';
import { crc32Hex, digestMessage } from '../../../src/stream/digest.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { openStream, type Stream } from '../../../src/stream/stream.ts';

const TEXT = openStream('bytes?size=8192&seed=7');
const BINARY = openStream('arrays?encoding=npy&shape=1024');

/** What an honest client says of messages `from` to `to`. */
function honest(stream: Stream, from: number, to: number, block = 1): Receipt {
  let crc = 0;
  let bytes = 0;
  for (let seq = from; seq <= to; seq++) {
    const payload = stream.message(seq);
    crc = digestMessage(payload, stream.text, crc);
    bytes += payload.length;
  }
  const facts = { block, from, to, count: to - from + 1, bytes, elapsed_ms: 1.5, crc32: crc32Hex(crc) };
  const text = `Client alice received ${block} block in 1.500 ms time`;
  return { type: 'receipt', ...facts, interrupted: false, text };
}

const checkerOf = (stream: Stream) =>
  new ReceiptChecker('alice', new SegmentCache(1_000_000).source(stream, 'websocket'));

/** Steps until one or more receipts are done. */
function finish(checker: ReceiptChecker): { checked: readonly CheckedReceipt[]; steps: number } {
  for (let steps = 1; steps < 1000; steps++) {
    const checked = checker.step();
    if (checked.length > 0) return { checked, steps };
  }
  throw new Error('it never ends');
}

/** Steps until none waits. */
function finishAll(checker: ReceiptChecker): CheckedReceipt[] {
  const all: CheckedReceipt[] = [];
  while (checker.waiting > 0) all.push(...finish(checker).checked);
  expect(checker.step()).toEqual([]);
  return all;
}

function next(checker: ReceiptChecker): CheckedReceipt & { steps: number } {
  const { checked, steps } = finish(checker);
  const [one] = checked;
  if (one === undefined || checked.length > 1) throw new Error('not one alone');
  return { ...one, steps };
}

function check(stream: Stream, receipt: Receipt, sentBefore = 1000): CheckedReceipt & { steps: number } {
  const checker = checkerOf(stream);
  checker.add(receipt, sentBefore);
  return next(checker);
}

describe.each([
  { kind: 'text', stream: TEXT },
  { kind: 'binary', stream: BINARY },
])('blocks of $kind', ({ stream }) => {
  const span = new SegmentCache(1).source(stream, 'websocket').series.span;

  test.each([
    [0, 0],
    [0, 4],
    [3, 3],
    [1, span - 1],
    [span - 1, span],
    [span, 2 * span - 1],
    [1, 5 * span],
  ])('%i to %i is right', (from, to) => {
    const { mismatch, receipt, steps } = check(stream, honest(stream, from, to));
    expect(mismatch).toBeUndefined();
    expect(receipt.to).toBe(to);
    expect(steps).toBe(Math.floor(to / span) - Math.floor(from / span) + 1);
  });

  test('a wrong CRC-32 is found, and the right one told', () => {
    const right = honest(stream, 3, 7);
    const { mismatch } = check(stream, { ...right, crc32: 'deadbeef' });
    expect(mismatch).toEqual({
      type: 'mismatch',
      block: 1,
      from: 3,
      to: 7,
      expected_crc32: right.crc32,
      received_crc32: 'deadbeef',
      reason: `CRC-32 is deadbeef, should be ${right.crc32}`,
    });
  });

  test('wrong bytes are found although the CRC-32 is right', () => {
    const right = honest(stream, 3, 7);
    const { mismatch } = check(stream, { ...right, bytes: right.bytes + 1 });
    expect(mismatch?.reason).toBe(`${right.bytes + 1} bytes came, ${right.bytes} were sent`);
  });

  test("a neighbour's digest does not do", () => {
    const { crc32, bytes } = honest(stream, 4, 8);
    expect(check(stream, { ...honest(stream, 3, 7), crc32, bytes }).mismatch).toBeDefined();
  });
});

describe('what can not be', () => {
  test('a block that has not been sent', () => {
    const { mismatch, steps } = check(TEXT, honest(TEXT, 3, 7), 7);
    expect(mismatch?.reason).toBe('seq 7 has not been sent, only those below 7');
    expect(steps).toBe(1);
    expect(check(TEXT, honest(TEXT, 3, 7), 8).mismatch).toBeUndefined();
  });

  test.each([
    [{ count: 4 }, '4 messages do not fit seq 3 to 7'],
    [{ count: 6 }, '6 messages do not fit seq 3 to 7'],
    [{ from: 8, count: 1 }, '1 messages do not fit seq 8 to 7'],
  ])('%j', (difference, reason) => {
    expect(check(TEXT, { ...honest(TEXT, 3, 7), ...difference }).mismatch?.reason).toBe(reason);
  });

  test.each([
    { text: 'Client bob received 1 block in 1.500 ms time' },
    { text: 'Client alice received 1 block in 1.5 ms time' },
    { text: '' },
    { elapsed_ms: 1.501 },
    { block: 2 },
  ])('a sentence that does not say what the receipt says: %j', (difference) => {
    const { mismatch } = check(TEXT, { ...honest(TEXT, 3, 7), ...difference });
    expect(mismatch?.reason).toMatch(/^the text is not "Client alice received \d block in 1\.50\d ms time"$/);
  });

  test('a range far too long for its count costs one step', () => {
    const { steps, mismatch } = check(TEXT, { ...honest(TEXT, 0, 0), to: 900, count: 5 });
    expect(steps).toBe(1);
    expect(mismatch).toBeDefined();
  });
});

describe('several receipts', () => {
  test('are answered in the order in which they came, each by its own', () => {
    const checker = checkerOf(TEXT);
    const receipts = [
      honest(TEXT, 0, 20, 1),
      { ...honest(TEXT, 21, 30, 2), bytes: 0 },
      honest(TEXT, 31, 60, 3),
    ];
    for (const receipt of receipts) checker.add(receipt, 61);
    expect(checker.waiting).toBe(3);
    const results = finishAll(checker);
    expect(results.map(({ receipt }) => receipt.block)).toEqual([1, 2, 3]);
    expect(results.map(({ mismatch }) => mismatch === undefined)).toEqual([true, false, true]);
  });

  test("one may reach back before the connection's first message: it needs no memory of it", () => {
    const checker = checkerOf(TEXT);
    checker.add(honest(TEXT, 2, 12, 9), 13);
    expect(next(checker).mismatch).toBeUndefined();
  });

  test('after one of many segments was wrong, the next begins anew', () => {
    const checker = checkerOf(TEXT);
    checker.add({ ...honest(TEXT, 0, 40, 1), crc32: '00000000' }, 100);
    checker.add(honest(TEXT, 0, 40, 2), 100);
    expect(next(checker).mismatch).toBeDefined();
    expect(next(checker).mismatch).toBeUndefined();
  });
});

/** Receipts that join, of blocks of so many messages each. */
function honestRow(stream: Stream, from: number, counts: readonly number[]): Receipt[] {
  let at = from;
  return counts.map((count, index) => {
    at += count;
    return honest(stream, at - count, at - 1, index + 1);
  });
}

function checkerWith(stream: Stream, receipts: readonly Receipt[], sentBefore = 100_000): ReceiptChecker {
  const checker = checkerOf(stream);
  for (const receipt of receipts) checker.add(receipt, sentBefore);
  return checker;
}

describe('receipts that join', () => {
  test.each([
    { kind: 'text', stream: TEXT },
    { kind: 'binary', stream: BINARY },
  ])('are verified in as many steps as they have segments: $kind', ({ stream }) => {
    const { span } = new SegmentCache(1).source(stream, 'websocket').series;
    const receipts = honestRow(stream, 1, [1, 2, 3, span, 1, 1, 2 * span, 5]);
    const { checked, steps } = finish(checkerWith(stream, receipts));
    expect(checked).toEqual(receipts.map((receipt) => ({ receipt, mismatch: undefined })));
    expect(steps).toBe(Math.floor((receipts.at(-1)?.to ?? 0) / span) + 1);
  });

  test('a gap, an overlap, and what has not been sent begin anew', () => {
    const [one, two, three, four] = honestRow(TEXT, 0, [5, 5, 5, 5]) as [Receipt, Receipt, Receipt, Receipt];
    const groups = (receipts: Receipt[], sentBefore?: number) => {
      const checker = checkerWith(TEXT, receipts, sentBefore);
      const lengths: number[] = [];
      while (checker.waiting > 0) lengths.push(finish(checker).checked.length);
      return lengths;
    };
    expect(groups([one, two, three, four])).toEqual([4]);
    expect(groups([one, two, four])).toEqual([2, 1]);
    expect(groups([one, two, two, three])).toEqual([2, 2]);
    expect(groups([one, two, three, four], 15)).toEqual([3, 1]);
    expect(groups([one, { ...two, text: '' }, three, four])).toEqual([1, 1, 2]);
  });

  test('are no more than 4,096 messages, for the first waits for the last', () => {
    const stream = openStream('bytes?size=35&seed=7');
    const checker = checkerWith(stream, honestRow(stream, 0, [4000, 96, 1, 5000, 2, 3]));
    const lengths: number[] = [];
    while (checker.waiting > 0) lengths.push(finish(checker).checked.length);
    expect(lengths).toEqual([2, 1, 1, 2]);
  });

  test('of which one is wrong: it alone is told', () => {
    const receipts = honestRow(TEXT, 3, [5, 5, 5, 5]);
    receipts[2] = { ...(receipts[2] as Receipt), crc32: '00000000' };
    const all = finishAll(checkerWith(TEXT, receipts));
    expect(all.map(({ mismatch }) => mismatch?.block)).toEqual([undefined, undefined, 3, undefined]);
    expect(all[2]?.mismatch?.expected_crc32).toBe(honest(TEXT, 13, 17).crc32);
  });

  test('of which two have each a byte of the other', () => {
    const [one, two] = honestRow(TEXT, 3, [5, 5]) as [Receipt, Receipt];
    const receipts = [
      { ...one, bytes: one.bytes - 1 },
      { ...two, bytes: two.bytes + 1 },
    ];
    const all = finishAll(checkerWith(TEXT, receipts));
    expect(all.map(({ mismatch }) => mismatch !== undefined)).toEqual([true, true]);
  });

  test('after one was wrong, those behind are verified together again', () => {
    const receipts = honestRow(TEXT, 0, [5, 5, 5, 5, 5]);
    receipts[1] = { ...(receipts[1] as Receipt), crc32: '00000000' };
    const checker = checkerWith(TEXT, receipts.slice(0, 3));
    const first = [finish(checker), finish(checker), finish(checker)];
    expect(first.map(({ checked }) => checked.length)).toEqual([1, 1, 1]);
    for (const receipt of receipts.slice(3)) checker.add(receipt, 100);
    expect(finish(checker).checked).toHaveLength(2);
  });

  const damage = fc.constantFrom<((receipt: Receipt) => Partial<Receipt>)[]>(
    () => ({}),
    () => ({}),
    () => ({}),
    () => ({}),
    ({ bytes }) => ({ bytes: bytes + 1 }),
    ({ bytes }) => ({ bytes: bytes - 1 }),
    () => ({ crc32: '00000000' }),
    ({ crc32 }) => ({ crc32: crc32Hex(Number.parseInt(crc32, 16) ^ 1) }),
    ({ count }) => ({ count: count + 1 }),
    () => ({ text: 'no' }),
    ({ from }) => ({ from: from + 1 }),
  );
  const row = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), damage), { minLength: 1, maxLength: 12 });

  test.each([
    { kind: 'text', stream: openStream('bytes?size=35&seed=7') },
    { kind: 'binary', stream: openStream('arrays?encoding=npy&shape=3') },
  ])('come to the same as each by itself: $kind', ({ stream }) => {
    fc.assert(
      fc.property(fc.nat(300), row, fc.nat(400), (from, damages, sent) => {
        const counts = damages.map(([count]) => count);
        const receipts = honestRow(stream, from, counts).map((receipt, index) => ({
          ...receipt,
          ...damages[index]?.[1](receipt),
        }));
        const alone = receipts.flatMap((receipt) => finishAll(checkerWith(stream, [receipt], from + sent)));
        expect(finishAll(checkerWith(stream, receipts, from + sent))).toEqual(alone);
      }),
      { numRuns: 300 },
    );
  });
});

test('a claim of fewer bytes than there are is found out without making the whole block', () => {
  const receipt = { ...honest(TEXT, 0, 4), from: 0, to: 999_999, count: 1_000_000 };
  const { mismatch, steps } = check(TEXT, receipt, 1_000_000);
  expect(mismatch?.reason).toMatch(/^40960 bytes came, at least \d+ were sent$/);
  expect(steps).toBeLessThan(10);
});
