import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueTimes } from '../../src/delivery/due-times.ts';
import { parseProfile } from '../../src/delivery/profile.ts';
import { output } from '../../src/stream/program/splitmix64.ts';

const due = (profile: string, perSecond = 10) => dueTimes(parseProfile(profile), perSecond);
const LAST = Number.MAX_SAFE_INTEGER;
/** u(0), u(1) and u(2) of the jitter, worked out by another program. */
const KNOWN = [0.49193733697381314, 0.04203246258189752, 0.22332342973159713] as const;

/** Asserts that the messages from `from` on are due one after the other. */
function expectInOrder(profile: string, perSecond: number, from: number, count: number): void {
  const times = due(profile, perSecond);
  const wrong: number[] = [];
  for (let k = from; k < from + count && k < LAST; k++)
    if (!(times.dueMs(k + 1) >= times.dueMs(k))) wrong.push(k);
  expect(wrong, `${profile} at ${perSecond}/s`).toEqual([]);
}

describe('constant', () => {
  test('is k / rate', () => {
    expect([0, 1, 10, 1000].map((k) => due('constant').dueMs(k))).toEqual([0, 100, 1000, 100_000]);
  });
});

describe('jitter', () => {
  /** The numbers of PROTOCOL.md, worked out once more from its words: 52 upper bits, key "tidemark". */
  const key = [...'tidemark'].reduce((sum, letter) => sum * 256n + BigInt(letter.charCodeAt(0)), 0n);
  const random = (k: number) => Number(output(key, BigInt(k)) >> 12n) / 2 ** 52;

  test('adds the part of the interval that SplitMix64 says', () => {
    expect([0, 1, 2].map(random)).toEqual(KNOWN);
    expect([0, 1, 2].map((k) => due('jitter').dueMs(k))).toEqual(
      KNOWN.map((random, k) => ((k + random) * 1000) / 10),
    );
    expect(due('jitter:0.25', 4).dueMs(2)).toBe((2 + KNOWN[2] * 0.25) * 250);
  });

  test('keeps each message within its own interval, and fills it', () => {
    const times = due('jitter', 1000);
    const late = Array.from({ length: 10_000 }, (_, k) => times.dueMs(k) - k);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...late)).toBeLessThan(0.001);
    expect(Math.max(...late)).toBeGreaterThan(0.999);
    expect(Math.max(...late)).toBeLessThan(1);
    expect(late.reduce((sum, ms) => sum + ms, 0) / late.length).toBeCloseTo(0.5, 2);
  });

  test('keeps to its share', () => {
    const times = due('jitter:0.1', 1000);
    const late = Array.from({ length: 10_000 }, (_, k) => times.dueMs(k) - k);
    expect(Math.max(...late)).toBeLessThan(0.1);
    expect(Math.max(...late)).toBeGreaterThan(0.0999);
  });
});

describe('burst', () => {
  test('has N messages at a time, at the mean rate', () => {
    const times = due('burst:5');
    expect([0, 4, 5, 9, 10, 1000, 1004].map((k) => times.dueMs(k))).toEqual([
      0, 0, 500, 500, 1000, 100_000, 100_000,
    ]);
  });

  test('of 1 is constant', () => {
    const ks = [0, 1, 2, 999, 2 ** 32, LAST];
    expect(ks.map((k) => due('burst:1', 333.3).dueMs(k))).toEqual(
      ks.map((k) => due('constant', 333.3).dueMs(k)),
    );
  });

  test('is whole at the end of a stream', () => {
    const times = due('burst:3', 1000);
    // 2^53 - 1 = 3 * 3002399751580330 + 1.
    expect([LAST - 2, LAST - 1, LAST].map((k) => times.dueMs(k))).toEqual([LAST - 4, LAST - 1, LAST - 1]);
  });
});

describe('ramp', () => {
  const times = due('ramp:10-30/10s');

  test('is where the area under the rate is k', () => {
    // N(t) = 10 t + t^2: 11 at 1 s, 56 at 4 s, 75 at 5 s, 200 at 10 s; then 30 a second.
    expect(times.dueMs(0)).toBe(0);
    for (const [k, ms] of [
      [11, 1000],
      [56, 4000],
      [75, 5000],
      [200, 10_000],
      [230, 11_000],
      [3200, 110_000],
    ] as const) {
      expect(times.dueMs(k), String(k)).toBeCloseTo(ms, 9);
    }
  });

  test('downwards too', () => {
    // N(t) = 30 t - t^2: 29 at 1 s, 125 at 5 s, 200 at 10 s; then 10 a second.
    const down = due('ramp:30-10/10s');
    for (const [k, ms] of [
      [0, 0],
      [29, 1000],
      [125, 5000],
      [200, 10_000],
      [210, 11_000],
    ] as const) {
      expect(down.dueMs(k), String(k)).toBeCloseTo(ms, 9);
    }
  });

  test('has the rates that it says at its start, in its middle, at its end and after it', () => {
    const fine = due('ramp:1k-5k/60s');
    const perSecondAt = (ms: number) => {
      const k = Math.round(fine.lastDue(ms));
      return 2000 / (fine.dueMs(k + 1) - fine.dueMs(k - 1));
    };
    expect(1000 / fine.dueMs(1)).toBeCloseTo(1000, 0);
    expect(perSecondAt(30_000)).toBeCloseTo(3000, 1);
    expect(perSecondAt(59_990)).toBeCloseTo(5000 - 4000 / 6000, 0);
    expect(perSecondAt(70_000)).toBeCloseTo(5000, 4);
    expect(perSecondAt(7e6)).toBeCloseTo(5000, 4);
  });

  test('from a rate to the same is constant', () => {
    const flat = due('ramp:7-7/60s');
    for (const k of [0, 1, 100, 419, 420, 421, 1e6]) expect(flat.dueMs(k)).toBeCloseTo((k * 1000) / 7, 6);
  });

  test('has digits to spare where the quadratic would lose them', () => {
    // From 1e-6 to 1e7 a second: N(t) is t^2 / 2 * 1e7 / T but for 1e-6 t.
    expect(due('ramp:0.000001-10000k/10s').dueMs(2e7)).toBeCloseTo(Math.sqrt(2 * 2e7 * 1e-6) * 1000, 5);
    // Almost flat: A t to twelve digits.
    expect(due('ramp:1000-1000.000001/10h').dueMs(1000)).toBeCloseTo(1000, 9);
  });

  test('ends in a number, where rounding takes the square of the rate below 0', () => {
    expect(due('ramp:5811439.999998-0.000002/21.35s').dueMs(62_037_122)).toBe(21_350);
  });

  test('is in order up to the slow end of a steep ramp', () => {
    expectInOrder('ramp:10000k-0.000001/10s', 1, 5e7 - 2000, 4000);
    expectInOrder('ramp:0.000001-10000k/10s', 1, 0, 4000);
    expectInOrder('ramp:10000k-1/10000h', 1, 180_000_018_000_000 - 2000, 4000);
    expectInOrder('ramp:1-10000k/10000h', 1, 180_000_018_000_000 - 2000, 4000);
  });
});

describe('sine', () => {
  test('is (k + F n / 2π sin(2πk / n)) / rate', () => {
    // 10 a second over 4 s: n = 40, and the swing is 0.5 * 40 / 2π = 3.183 messages.
    const times = due('sine:0.5/4s');
    const swingMs = (0.5 * 4000) / (2 * Math.PI);
    expect(times.dueMs(0)).toBe(0);
    for (const [k, ms] of [
      [10, 1000 + swingMs],
      [20, 2000],
      [30, 3000 - swingMs],
      [40, 4000],
      [50, 5000 + swingMs],
      [5, 500 + swingMs * Math.SQRT1_2],
      [15, 1500 + swingMs * Math.SQRT1_2],
      [25, 2500 - swingMs * Math.SQRT1_2],
    ] as const) {
      expect(times.dueMs(k), String(k)).toBeCloseTo(ms, 9);
    }
  });

  test('is the plain formula everywhere, in the middle of the period too', () => {
    for (const [share, period, perSecond] of [
      [1, 60, 333.3],
      [0.5, 10, 10],
      [0.001, 1, 7.77],
    ] as const) {
      const times = due(`sine:${share}/${period}s`, perSecond);
      const n = perSecond * period;
      for (let k = 0; k < 2 * n; k++) {
        const plain = k + ((share * n) / (2 * Math.PI)) * Math.sin((2 * Math.PI * k) / n);
        expect(Math.abs(times.dueMs(k) - (plain * 1000) / perSecond)).toBeLessThan(1e-9 * n);
      }
    }
  });

  test('swings by F of the interval, longest first', () => {
    const times = due('sine:0.5/100s', 100);
    const intervalMs = (k: number) => times.dueMs(k + 1) - times.dueMs(k);
    expect(intervalMs(0)).toBeCloseTo(15, 4);
    expect(intervalMs(2500)).toBeCloseTo(10, 2);
    expect(intervalMs(5000)).toBeCloseTo(5, 4);
    expect(intervalMs(9999)).toBeCloseTo(15, 4);
  });

  test('has the mean rate over whole periods exactly', () => {
    const times = due('sine:1/60s', 50);
    for (const periods of [1, 2, 1000, 1e9]) {
      expect(times.dueMs(3000 * periods)).toBe(60_000 * periods);
      expect(times.dueMs(3000 * periods + 7) - 60_000 * periods).toBeCloseTo(times.dueMs(7), 2);
    }
  });

  test('loses nothing to the sine for a large k', () => {
    // 1024 messages a period, and a rate at which times are whole.
    const times = due('sine:0.5/1.024s', 1000);
    const start = 2 ** 43;
    expect(times.dueMs(start)).toBe(start);
    for (const k of [1, 100, 256, 512, 700, 1023]) {
      expect(times.dueMs(start + k) - start).toBeCloseTo(times.dueMs(k), 2);
    }
  });

  test.each([
    ['sine:1/60s', 10_000],
    ['sine:1/1h', 1e7],
    ['sine:0.999999/1h', 1e7],
    ['sine:1/10000h', 1e7],
    ['sine:0.999999999/10000h', 333_333.3],
    ['sine:1/1s', 2],
    ['sine:0.5/0.3s', 7],
  ])('%s at %d a second is in order through the middle and the ends of periods', (profile, perSecond) => {
    const parsed = parseProfile(profile);
    const n = perSecond * (parsed.kind === 'sine' ? parsed.periodSeconds : 0);
    for (const part of [0, 0.25, 0.5, 0.75, 1, 1.5, 10.5]) {
      expectInOrder(profile, perSecond, Math.max(0, Math.round(part * n) - 1000), 2000);
    }
  });
});

describe('every profile', () => {
  const share = fc.double({ min: 1e-6, max: 1, noNaN: true }).map((value) => value.toFixed(6));
  const amount = fc.oneof(
    fc.double({ min: 1e-6, max: 1e7, noNaN: true }).map((value) => value.toFixed(6)),
    fc.constantFrom('1', '10', '333.3', '10000k'),
  );
  const period = fc.oneof(fc.double({ min: 0.001, max: 3e7, noNaN: true }), fc.constantFrom(1, 60, 3600));
  const rates = fc.oneof(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), fc.constantFrom(333.3, 1e7, 1 / 3));
  const profiles = fc.oneof(
    fc.constantFrom('constant', 'jitter', 'sine:1/1h', 'burst:1000000'),
    share.map((part) => `jitter:${part}`),
    fc.integer({ min: 1, max: 1e6 }).map((size) => `burst:${size}`),
    fc
      .tuple(amount, amount, period)
      .map(([from, to, seconds]) => `ramp:${from}-${to}/${seconds.toFixed(6)}s`),
    fc.tuple(share, period).map(([part, seconds]) => `sine:${part}/${seconds.toFixed(6)}s`),
  );
  const places = fc.oneof(
    fc.nat(1e4),
    fc.nat(1e9),
    fc.nat(2000).map((k) => 2 ** 32 - 1000 + k),
    fc.maxSafeNat(),
    fc.nat(1000).map((k) => LAST - k),
  );

  test('is in order, everywhere', () => {
    fc.assert(
      fc.property(profiles, rates, places, (profile, perSecond, from) => {
        expectInOrder(profile, perSecond, from, 50);
      }),
      { numRuns: 2000 },
    );
  });

  test('begins at once: message 0 is due at 0, or within its interval by jitter', () => {
    fc.assert(
      fc.property(profiles, rates, (profile, perSecond) => {
        const ms = due(profile, perSecond).dueMs(0);
        if (!profile.startsWith('jitter')) expect(ms).toBe(0);
        expect(ms * perSecond).toBeLessThan(1000);
      }),
    );
  });
});
