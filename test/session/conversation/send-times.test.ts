import { expect, test } from 'vitest';
import { SendTimes } from '../../../src/session/conversation/send-times.ts';
import { LIMITS } from '../../../src/session/limits.ts';

test('a message was sent when the write was that it was in', () => {
  const times = new SendTimes(10);
  times.add(15, 100);
  times.add(20, 200);
  expect([10, 14, 15, 19].map((seq) => times.take(seq))).toEqual([100, 100, 200, 200]);
});

test('of what was sent before, or is not sent yet, the time is not known', () => {
  const times = new SendTimes(10);
  times.add(15, 100);
  expect([times.take(9), times.take(15)]).toEqual([undefined, undefined]);
});

test('keeps as many writes as its limit, and forgets the oldest first', () => {
  const times = new SendTimes(0);
  for (let write = 1; write <= LIMITS.sendTimes + 2; write++) times.add(write, write);
  expect(times.take(1)).toBeUndefined();
  expect(times.take(2)).toBe(3);
});
