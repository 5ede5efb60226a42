import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenTicks, logDomain, logTicks, measuredTicks } from '../../../web/chart/log-axis.ts';

describe('logDomain', () => {
  test('goes around the values, and is never narrower than it is told', () => {
    expect(logDomain([1, 100], 4, 2)).toEqual([0.5, 200]);
    const [low, high] = logDomain([10], 4);
    expect(high / low).toBeCloseTo(4);
    expect(Math.sqrt(low * high)).toBeCloseTo(10);
  });

  test('leaves out what has no logarithm', () => {
    expect(logDomain([0, -1, Number.NaN, 1, 100], 4, 1)).toEqual([1, 100]);
    expect(logDomain([], 4)).toEqual([1, 4]);
  });
});

describe('logTicks', () => {
  test.each([
    [
      [1, 1000],
      [1, 10, 100, 1000],
    ],
    [
      [0.9, 35],
      [1, 3, 10, 30],
    ],
    [
      [90, 1100],
      [100, 300, 1000],
    ],
    [
      [80, 125],
      [80, 90, 100, 110, 120],
    ],
    [
      [0.00081, 0.00119],
      [0.0009, 0.001, 0.0011],
    ],
  ] as const)('of %j are %j', (domain, ticks) => {
    expect(logTicks(domain)).toEqual(ticks);
  });

  test('are rising, within the domain, two or more and no crowd', () => {
    const domains = fc.tuple(
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.double({ min: 0.1, max: 12, noNaN: true }),
    );
    fc.assert(
      fc.property(domains, ([start, decades]) => {
        const [low, high] = [10 ** start, 10 ** (start + decades)];
        const ticks = logTicks([low, high]);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
        expect(ticks.filter((tick) => tick < low * 0.99999 || tick > high * 1.00001)).toEqual([]);
      }),
    );
  });
});

test('evenTicks are multiples of a round step', () => {
  expect(evenTicks([-5.5, 5.5])).toEqual([-5, 0, 5]);
  expect(evenTicks([76, 124])).toEqual([80, 90, 100, 110, 120]);
});

test('measuredTicks leave out those that would touch, from the right', () => {
  expect(measuredTicks([1, 5, 20, 100, 500], [1, 500], 400)).toEqual([1, 5, 20, 100, 500]);
  expect(measuredTicks([1, 2, 3, 4, 100], [1, 100], 100)).toEqual([1, 4, 100]);
});
