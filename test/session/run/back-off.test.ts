import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackOff } from '../../../src/session/run/back-off.ts';

const waits = (random: number, count: number) => {
  const backOff = new BackOff(() => random);
  return Array.from({ length: count }, () => backOff.nextMs());
};

test('the shortest wait is always possible', () => {
  expect(waits(0, 10)).toEqual(Array.from({ length: 10 }, () => 100));
});

test('the ceiling doubles from 200 ms to 5 s', () => {
  expect(waits(1, 8)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
});

test('in between it is spread evenly', () => {
  expect(waits(0.5, 3)).toEqual([150, 250, 450]);
});

test('is from 100 ms to 5 s whatever comes', () => {
  const numbers = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(numbers, (randoms) => {
      let index = 0;
      const backOff = new BackOff(() => randoms[index++] ?? 0);
      for (const _ of randoms) {
        const ms = backOff.nextMs();
        expect(ms).toBeGreaterThanOrEqual(100);
        expect(ms).toBeLessThanOrEqual(5000);
      }
    }),
  );
});

test('is never longer than it may be', () => {
  const backOff = new BackOff(() => 1, 700);
  expect(Array.from({ length: 4 }, () => backOff.nextMs())).toEqual([200, 400, 700, 700]);
  expect(new BackOff(() => 1, 1).nextMs()).toBe(100);
});

test('stays at the longest ceiling after very many attempts', () => {
  expect(waits(1, 3000).at(-1)).toBe(5000);
});

test('starts small again after a reset', () => {
  const backOff = new BackOff(() => 1);
  for (let attempt = 0; attempt < 5; attempt++) backOff.nextMs();
  backOff.reset();
  expect(backOff.nextMs()).toBe(200);
});
