import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/measure/finished-block.ts';
import { receiptFor, receiptSentence, roundToMicroseconds } from '../../src/session/receipt.ts';

const BLOCK: Block = {
  block: 3,
  from: 10,
  to: 14,
  count: 5,
  bytes: 1602,
  elapsedMs: 401.2126,
  intervalMs: 500,
  crc32: 0x0123abcd,
  interrupted: true,
  partial: false,
  messages: [],
};

test('the sentence, to the letter', () => {
  expect(receiptSentence('alice', 3, 401.213)).toBe('Client alice received 3 block in 401.213 ms time');
});

test.each([
  [0, '0.000'],
  [0.0004, '0.000'],
  [0.5, '0.500'],
  [12, '12.000'],
  [60_000, '60000.000'],
  [86_400_000.125, '86400000.125'],
])('%d ms is said as %s ms', (elapsedMs, said) => {
  expect(receiptSentence('bob', 1, elapsedMs)).toBe(`Client bob received 1 block in ${said} ms time`);
});

describe('a receipt', () => {
  test('says what the block was', () => {
    expect(receiptFor('alice', BLOCK)).toEqual({
      type: 'receipt',
      block: 3,
      from: 10,
      to: 14,
      count: 5,
      bytes: 1602,
      elapsed_ms: 401.213,
      crc32: '0123abcd',
      interrupted: true,
      text: 'Client alice received 3 block in 401.213 ms time',
    });
  });

  test.each([0, 0.0005, 1.0005, 401.2125, 99.9995, 1234.56789, 1e9 + 0.0005])(
    'its sentence has the time that it reports: %d',
    (elapsedMs) => {
      const { elapsed_ms, text } = receiptFor('alice', { ...BLOCK, elapsedMs });
      expect(text).toBe(receiptSentence('alice', 3, elapsed_ms));
    },
  );
});

test.each([
  [0, 0],
  [1.23456, 1.235],
  [0.0004, 0],
  [1e6 + 0.0006, 1e6 + 0.001],
])('%d ms to the microsecond is %d', (ms, rounded) => {
  expect(roundToMicroseconds(ms)).toBe(rounded);
});
