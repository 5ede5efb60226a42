import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WallClock } from '../../src/host/wall-clock.ts';

test('never leaves the millisecond that the clock tells, also when it is set', () => {
  const steps = fc.array(
    fc.record({
      passedMs: fc.double({ min: 0, max: 50, noNaN: true }),
      setMs: fc.constantFrom(0, 0, 0, -3.6e6, 7, 0.4),
    }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const clock = new WallClock();
      let monotonicMs = 12.3;
      let wallMs = 1_800_000_000_000;
      for (const { passedMs, setMs } of all) {
        monotonicMs += passedMs;
        wallMs += passedMs + setMs;
        const read = clock.read(Math.floor(wallMs), monotonicMs);
        expect(read).toBeGreaterThanOrEqual(Math.floor(wallMs));
        expect(read).toBeLessThanOrEqual(Math.floor(wallMs) + 1);
      }
    }),
  );
});

test('comes within microseconds after some readings, and again after the clock was set', () => {
  const clock = new WallClock();
  let monotonicMs = 0;
  for (const offsetMs of [1_800_000_000_000.7, 1_799_999_000_000.2]) {
    let errorMs = 1;
    for (let i = 0; i < 1000; i++) {
      monotonicMs += 0.737;
      const wallMs = monotonicMs + offsetMs;
      errorMs = wallMs - clock.read(Math.floor(wallMs), monotonicMs);
    }
    expect(errorMs).toBeGreaterThan(-0.001); // doubles of this size have no more digits
    expect(errorMs).toBeLessThan(0.005);
  }
});
