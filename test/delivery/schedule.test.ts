import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/delivery/profile.ts';
import { LIVE_EPOCH_MS, Schedule } from '../../src/delivery/schedule.ts';

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

describe('with a profile', () => {
  const scheduled = (profile: string, perSecond: number, startMs = 0, first = 0) =>
    new Schedule(startMs, first, perSecond, parseProfile(profile));

  test('counts from the first seq, and from the start', () => {
    expect([50, 54, 55, 60].map((seq) => scheduled('burst:5', 10, 1000, 50).dueMs(seq))).toEqual([
      1000, 1000, 1500, 2000,
    ]);
    expect(scheduled('sine:0.5/4s', 10, 1000, 50).dueMs(90)).toBe(5000);
    expect(scheduled('ramp:10-30/10s', 30, 1000, 50).dueMs(250)).toBe(11_000);
  });

  test.each([
    [-1, 50],
    [999.9, 50],
    [1000, 55],
    [1499, 55],
    [1500, 60],
    [101_000, 1055],
  ])('at %d ms, in bursts of 5 from 1000 ms on, all before %i is due', (nowMs, dueBefore) => {
    expect(scheduled('burst:5', 10, 1000, 50).dueBefore(nowMs)).toBe(dueBefore);
  });

  test('a burst at the end of a stream ends with it', () => {
    const schedule = scheduled('burst:1000', 1000, 0, Number.MAX_SAFE_INTEGER - 1500);
    expect([0, 999, 1000, 1e15].map((nowMs) => schedule.dueBefore(nowMs))).toEqual([
      Number.MAX_SAFE_INTEGER - 500,
      Number.MAX_SAFE_INTEGER - 500,
      2 ** 53,
      2 ** 53,
    ]);
  });

  const periods = fc
    .oneof(fc.double({ min: 0.01, max: 3e7, noNaN: true }), fc.constantFrom(1, 60))
    .map((seconds) => `${seconds.toFixed(6)}s`);
  const shares = fc.oneof(
    fc.double({ min: 1e-6, max: 1, noNaN: true }).map((share) => share.toFixed(6)),
    fc.constant('1'),
  );
  const amounts = fc
    .oneof(fc.double({ min: 1e-6, max: 1e7, noNaN: true }), fc.constantFrom(1, 1e7))
    .map((amount) => amount.toFixed(6));
  const profiles = fc.oneof(
    fc.constantFrom('constant', 'jitter', 'burst:1000000', 'sine:1/1h'),
    shares.map((share) => `jitter:${share}`),
    fc.integer({ min: 1, max: 1e6 }).map((size) => `burst:${size}`),
    fc.tuple(amounts, amounts, periods).map(([from, to, period]) => `ramp:${from}-${to}/${period}`),
    fc.tuple(shares, periods).map(([share, period]) => `sine:${share}/${period}`),
  );
  const rates = fc.oneof(
    fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
    fc.constantFrom(0.1, 1 / 3, 333.3, 1e7),
  );
  const starts = fc.oneof(fc.constant(0), fc.double({ min: -1e12, max: 1e9, noNaN: true }));
  const seqs = fc.oneof(
    fc.nat(3000),
    fc.nat(2000).map((seq) => 2 ** 32 - 1000 + seq),
    fc.maxSafeNat(),
    fc.nat(3000).map((seq) => Number.MAX_SAFE_INTEGER - seq),
  );

  test('what is due agrees with the due times, exactly, at each of them and just before', () => {
    const cases = fc.tuple(profiles, rates, starts, seqs, seqs, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(cases, ([profile, perSecond, startMs, one, other, part]) => {
        const first = Math.min(one, other);
        const schedule = scheduled(profile, perSecond, startMs, first);
        const dueMs = schedule.dueMs(Math.max(one, other));
        for (const nowMs of [dueMs, dueMs - 1e-3, dueMs + part * 1e4, startMs + part * 1e7]) {
          const dueBefore = schedule.dueBefore(nowMs);
          expect(Number.isInteger(dueBefore)).toBe(true);
          expect(dueBefore).toBeGreaterThanOrEqual(first);
          if (dueBefore < 2 ** 53) expect(schedule.dueMs(dueBefore)).toBeGreaterThan(nowMs);
          if (dueBefore > first) expect(schedule.dueMs(dueBefore - 1)).toBeLessThanOrEqual(nowMs);
        }
        expect(schedule.dueBefore(dueMs)).toBeGreaterThan(Math.max(one, other));
      }),
      { numRuns: 3000 },
    );
  });

  test('what is due is found in few steps', () => {
    for (const profile of ['jitter', 'burst:1000000', 'ramp:1-10000k/1h', 'sine:1/1h', 'sine:0.3/10000h']) {
      const schedule = scheduled(profile, 1e7);
      let asked = 0;
      const dueMs = schedule.dueMs.bind(schedule);
      schedule.dueMs = (seq) => {
        asked++;
        return dueMs(seq);
      };
      for (let nowMs = 0; nowMs < 36_000_000; nowMs += 360_000) schedule.dueBefore(nowMs);
      expect(asked / 100, profile).toBeLessThan(12);
    }
  });

  const ended = [
    ['constant', 333.3, 333.3 * 600],
    ['jitter', 333.3, 333.3 * 600],
    ['burst:7', 333.3, 333.3 * 600],
    ['sine:0.5/60s', 333.3, 333.3 * 600],
    ['sine:1/7s', 333.3, undefined],
    ['ramp:100-566.6/600s', 1, 333.3 * 600],
    ['ramp:566.6-100/300s', 1, 333.3 * 300 + 100 * 300],
  ] as const;
  test.each(ended)(
    '%s does not drift: 10 minutes of late turns end on schedule',
    (profile, perSecond, all) => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.double({ min: 0, max: 60, noNaN: true })), (lateness) => {
          const schedule = scheduled(profile, perSecond, 12_345.678, 1000);
          const endMs = 12_345.678 + 600_000;
          let cursor = 1000;
          let nowMs = 12_345.678;
          let early = 0;
          for (;;) {
            // The loop wakes late, and never early; then it sends all that is due.
            nowMs = Math.min(Math.max(schedule.dueMs(cursor), nowMs) + (lateness.next().value ?? 0), endMs);
            const dueBefore = schedule.dueBefore(nowMs);
            if (dueBefore > cursor && schedule.dueMs(dueBefore - 1) > nowMs) early++;
            cursor = Math.max(cursor, dueBefore);
            if (nowMs === endMs) break;
          }
          expect(early).toBe(0);
          expect(schedule.dueMs(cursor)).toBeGreaterThan(endMs);
          expect(schedule.dueMs(cursor - 1)).toBeLessThanOrEqual(endMs);
          const burst = profile === 'burst:7' ? 7 : 1;
          if (all !== undefined) expect(Math.abs(cursor - 1000 - all)).toBeLessThanOrEqual(burst);
        }),
        { numRuns: 3 },
      );
    },
  );
});
