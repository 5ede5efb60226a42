import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockOffset } from '../../src/measure/clock-offset.ts';

describe('the offset of another clock', () => {
  test('is not known before the first exchange', () => {
    const offset = new ClockOffset();
    expect([offset.count, offset.at(5)]).toEqual([0, undefined]);
  });

  test('is the middle of what an exchange allows, and half of the way there and back its error', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 107, t3Ms: 108, t4Ms: 11 });
    expect(offset.at(11)?.offsetMs).toBeCloseTo(102, 6);
    expect(offset.at(11)?.errorMs).toBeCloseTo(5 + 11e-4 + 0.001, 6);
  });

  test('is bounded by the best way there and the best way back, even of different exchanges', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 101, t3Ms: 101, t4Ms: 21 }); // quick there: at most 101
    offset.add({ t1Ms: 30, t2Ms: 150, t3Ms: 150, t4Ms: 51 }); // quick back: at least 99
    expect(offset.at(51)?.offsetMs).toBeCloseTo(100, 1);
    expect(offset.at(51)?.errorMs).toBeCloseTo(1, 1);
  });

  test('begins anew when a clock was set', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 101, t3Ms: 101, t4Ms: 2 });
    offset.add({ t1Ms: 1000, t2Ms: 4601, t3Ms: 4601, t4Ms: 1002 });
    expect(offset.count).toBe(1);
    expect(offset.at(1002)?.offsetMs).toBeCloseTo(3600, 1);
  });

  test('is less sure of a moment that is far from every exchange', () => {
    const offset = new ClockOffset();
    offset.add({ t1Ms: 0, t2Ms: 101, t3Ms: 101, t4Ms: 2 });
    expect(offset.at(10_002)?.errorMs).toBeCloseTo(1 + 1.0002 + 0.001, 6);
    expect(offset.at(-10_000)?.errorMs).toBeCloseTo(1 + 1.0002 + 0.001, 6);
  });

  test('is within its error of the truth, whatever the ways there and back take, and however the clocks drift', () => {
    const ms = fc.oneof(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 0.1, noNaN: true }),
    );
    const exchange = fc.record({ there: ms, held: ms, back: ms, after: ms });
    const exchanges = fc.array(exchange, { minLength: 1, maxLength: 200 });
    const apart = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const drift = fc.double({ min: -99e-6, max: 99e-6, noNaN: true });
    fc.assert(
      fc.property(apart, drift, exchanges, (apartMs, rate, ways) => {
        const offset = new ClockOffset();
        const trueMs = (nowMs: number) => apartMs + nowMs * rate;
        const theirs = (nowMs: number) => nowMs + trueMs(nowMs);
        let nowMs = 0;
        for (const { there, held, back, after } of ways) {
          const [asked, answered, t4Ms] = [nowMs + there, nowMs + there + held, nowMs + there + held + back];
          offset.add({ t1Ms: nowMs, t2Ms: theirs(asked), t3Ms: theirs(answered), t4Ms });
          for (const moment of [nowMs, t4Ms, t4Ms + after]) {
            const { offsetMs = Number.NaN, errorMs = 0 } = offset.at(moment) ?? {};
            expect(Math.abs(offsetMs - trueMs(moment))).toBeLessThanOrEqual(errorMs + 1e-6);
          }
          nowMs = t4Ms + after;
        }
        expect(offset.count).toBe(Math.min(ways.length, 60)); // no drift is taken for a clock that was set
      }),
    );
  });
});
