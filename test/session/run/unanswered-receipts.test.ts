import { expect, test } from 'vitest';
import type { Mismatch, Receipt } from '../../../src/session/messages.ts';
import { UnansweredReceipts } from '../../../src/session/run/unanswered-receipts.ts';

const receipt = (block: number): Receipt => ({
  type: 'receipt',
  block,
  from: block,
  to: block,
  count: 1,
  bytes: 10,
  elapsed_ms: 0,
  crc32: '00000000',
  interrupted: false,
  text: '',
});
const mismatch = (block: number): Mismatch => ({
  type: 'mismatch',
  block,
  from: block,
  to: block,
  expected_crc32: '00000001',
  received_crc32: '00000000',
  reason: '',
});

function holding(...blocks: number[]): UnansweredReceipts {
  const receipts = new UnansweredReceipts(0, []);
  for (const block of blocks) receipts.add(receipt(block));
  return receipts;
}

const waiting = (receipts: UnansweredReceipts) => [...receipts.receipts()].map(({ block }) => block);

test('begins with what an earlier process left', () => {
  const receipts = new UnansweredReceipts(4, [receipt(5), receipt(6)]);
  expect(receipts.verifiedThrough).toBe(4);
  expect(waiting(receipts)).toEqual([5, 6]);
  expect(receipts.size).toBe(2);
});

test('a `verified` answers all up to its block', () => {
  const receipts = holding(1, 2, 3, 4);
  receipts.verified({ type: 'verified', block: 3 });
  expect(waiting(receipts)).toEqual([4]);
  expect(receipts.verifiedThrough).toBe(3);
});

test('an old `verified` takes nothing back', () => {
  const receipts = holding(1, 2, 3);
  receipts.verified({ type: 'verified', block: 3 });
  receipts.verified({ type: 'verified', block: 1 });
  expect(receipts.verifiedThrough).toBe(3);
});

test('a `mismatch` gives the receipt, once', () => {
  const receipts = holding(1, 2);
  expect(receipts.mismatch(mismatch(1))?.block).toBe(1);
  expect(receipts.mismatch(mismatch(1))).toBeUndefined();
  expect(receipts.wrongBlocks).toBe(1);
  expect(waiting(receipts)).toEqual([2]);
});

test('what was verified stays below the first wrong block for good', () => {
  const receipts = holding(1, 2, 3);
  receipts.verified({ type: 'verified', block: 1 });
  receipts.mismatch(mismatch(2));
  receipts.verified({ type: 'verified', block: 3 });
  expect(receipts.verifiedThrough).toBe(1);
  expect(receipts.size).toBe(0);
});

test('has a limit', () => {
  const receipts = new UnansweredReceipts(0, []);
  for (let block = 1; block <= 100_000; block++) receipts.add(receipt(block));
  expect(receipts.overflown).toBe(false);
  receipts.add(receipt(100_001));
  expect(receipts.overflown).toBe(true);
});

test('a `verified` for a block that was never reported says nothing of later ones', () => {
  const receipts = holding(1, 2);
  receipts.verified({ type: 'verified', block: 1000 });
  expect(receipts.verifiedThrough).toBe(2);
});
