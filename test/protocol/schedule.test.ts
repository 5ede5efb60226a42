import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIVE_EPOCH_MS, Schedule } from '../../src/protocol/schedule.ts';

describe('due times', () => {
  test('are start + (seq - first) / rate', () => {
    const schedule = new Schedule(1000, 50, 10);
    expect([50, 51, 60, 1050].map((seq) => schedule.dueMs(seq))).toEqual([1000, 1100, 2000, 101_000]);
  });

  test('do not drift: after 10 minutes at 333.3 a second all is exactly on schedule', () => {
    const schedule = new Schedule(0, 0, 333.3);
    const last = 333.3 * 600;
    expect(schedule.dueMs(last)).toBeCloseTo(600_000, 6);
    expect(schedule.dueBefore(600_000)).toBe(199_981);
    expect(schedule.dueBefore(599_999.99)).toBe(199_980);
  });

  test('turns at uneven moments give each message once, and none before its time', () => {
    const schedule = new Schedule(0, 0, 333.3);
    let cursor = 0;
    let nowMs = 0;
    const wrongTurns: number[] = [];
    for (let turn = 0; nowMs < 600_000; turn++) {
      nowMs += 0.7 + ((turn * 7919) % 13);
      const dueBefore = schedule.dueBefore(nowMs);
      const early = schedule.dueMs(dueBefore - 1) > nowMs;
      const late = schedule.dueMs(dueBefore) <= nowMs;
      if (dueBefore < cursor || early || late) wrongTurns.push(turn);
      cursor = dueBefore;
    }
    expect(wrongTurns).toEqual([]);
    expect(cursor).toBe(Math.floor((nowMs * 333.3) / 1000) + 1);
  });

  test('a rate of max makes everything due at once', () => {
    const schedule = new Schedule(1000, 50, Number.POSITIVE_INFINITY);
    expect(schedule.dueMs(1e15)).toBe(1000);
    expect(schedule.dueBefore(1000)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('what is due', () => {
  test.each([
    [0, 5],
    [999, 5],
    [1000, 6],
    [5999.9, 6],
    [6000, 7],
    [11_000, 8],
  ])('at %d ms, once every five seconds from 1000 ms on, is all before %i', (nowMs, dueBefore) => {
    expect(new Schedule(1000, 5, 0.2).dueBefore(nowMs)).toBe(dueBefore);
  });

  test('agrees with the due times, for any rate, start and moment', () => {
    const rates = fc.oneof(
      fc.double({ min: 1e-4, max: 1e7, noNaN: true }),
      fc.constantFrom(0.1, 0.2, 1 / 3, 7, 333.3, 1e3, 44_100, 1e6, 1e7),
    );
    const starts = fc.double({ min: -1e12, max: 1e9, noNaN: true });
    const elapsed = fc.oneof(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.integer({ min: 0, max: 1e6 }).map((steps) => steps * 100),
    );
    fc.assert(
      fc.property(rates, starts, fc.nat(1e6), elapsed, (perSecond, startMs, first, elapsedMs) => {
        const schedule = new Schedule(startMs, first, perSecond);
        const nowMs = startMs + elapsedMs;
        const dueBefore = schedule.dueBefore(nowMs);
        expect(Number.isSafeInteger(dueBefore)).toBe(true);
        expect(schedule.dueMs(dueBefore)).toBeGreaterThan(nowMs);
        expect(dueBefore).toBeGreaterThan(first);
        expect(schedule.dueMs(dueBefore - 1)).toBeLessThanOrEqual(nowMs);
      }),
      { numRuns: 1000 },
    );
  });

  test('waking at a due time always finds that message due', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.nat(1e9), (perSecond, seq) => {
        const schedule = new Schedule(123.456, 0, perSecond);
        expect(schedule.dueBefore(schedule.dueMs(seq))).toBeGreaterThan(seq);
      }),
    );
  });
});

test('the live schedule counts from the start of 2026', () => {
  expect(new Date(LIVE_EPOCH_MS).toISOString()).toBe('2026-01-01T00:00:00.000Z');
});

test('the end of a stream: nothing lies behind 2^53 - 1, and asking when it is due ends', () => {
  const schedule = new Schedule(0, Number.MAX_SAFE_INTEGER, 10);
  expect(schedule.dueBefore(0)).toBe(2 ** 53);
  expect(schedule.dueBefore(150)).toBe(2 ** 53);
  expect(schedule.dueBefore(1e12)).toBe(2 ** 53);
});
