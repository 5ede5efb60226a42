import { expect, test } from 'vitest';
import { Restarts } from '../../src/workers/restarts.ts';

test('a worker is replaced at once, later if it dies again, and not for ever', () => {
  const restarts = new Restarts();
  const delays = Array.from({ length: 10 }, () => restarts.afterDeath(100));
  expect(delays).toEqual([0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, undefined]);
});

test('one that lived for a while is replaced at once, however often', () => {
  const restarts = new Restarts();
  for (let i = 0; i < 5; i++) restarts.afterDeath(100);
  for (let i = 0; i < 50; i++) expect(restarts.afterDeath(10_000)).toBe(0);
});
