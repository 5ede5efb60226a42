import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockOffset } from '../../src/measure/clock-offset.ts';

describe('the offset of another clock', () => {
  test('is not known before the first exchange', () => {
    const offset = new ClockOffset();
    expect([offset.count, offset.offsetMs, offset.errorMs]).toEqual([0, undefined, undefined]);
  });

  test('is the middle of what an exchange allows, and half of the way there and back its error', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 107, t3Ms: 108, t4Ms: 11 });
    expect([offset.offsetMs, offset.errorMs]).toEqual([102, 5]);
  });

  test('is bounded by the best way there and the best way back, even of different exchanges', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 101, t3Ms: 101, t4Ms: 21 }); // quick there: at most 101
    offset.add({ t1Ms: 30, t2Ms: 150, t3Ms: 150, t4Ms: 51 }); // quick back: at least 99
    expect([offset.offsetMs, offset.errorMs]).toEqual([100, 1]);
  });

  test('begins anew when a clock was set', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 101, t3Ms: 101, t4Ms: 2 });
    offset.add({ t1Ms: 1000, t2Ms: 4601, t3Ms: 4601, t4Ms: 1002 });
    expect([offset.count, offset.offsetMs, offset.errorMs]).toEqual([1, 3600, 1]);
  });

  test('follows clocks that drift apart, since old exchanges are forgotten', () => {
    const offset = new ClockOffset();
    for (let second = 0; second < 1000; second++) {
      const t1Ms = second * 1000;
      const theirs = (ms: number) => ms * 1.00001 + 100;
      offset.add({ t1Ms, t2Ms: theirs(t1Ms + 1), t3Ms: theirs(t1Ms + 1), t4Ms: t1Ms + 2 });
    }
    const trueMs = 999_000 * 0.00001 + 100;
    expect(Math.abs((offset.offsetMs ?? 0) - trueMs)).toBeLessThan(1);
  });

  test('is within its error of the truth, whatever the ways there and back take', () => {
    const ms = fc.double({ min: 0, max: 1000, noNaN: true });
    const exchange = fc.record({ there: ms, held: ms, back: ms, after: ms });
    const exchanges = fc.array(exchange, { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), exchanges, (trueMs, ways) => {
        const offset = new ClockOffset();
        let nowMs = 0;
        for (const { there, held, back, after } of ways) {
          const t2Ms = nowMs + there + trueMs;
          const t4Ms = nowMs + there + held + back;
          offset.add({ t1Ms: nowMs, t2Ms, t3Ms: t2Ms + held, t4Ms });
          nowMs = t4Ms + after;
        }
        const wrongMs = Math.abs((offset.offsetMs ?? Number.NaN) - trueMs);
        expect(wrongMs).toBeLessThanOrEqual((offset.errorMs ?? 0) + 1e-6);
      }),
    );
  });
});
