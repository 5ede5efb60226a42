import { expect, test } from 'vitest';
import { median, quantile } from '../../lab/kit/quantile.mjs';

test('values may be in any order, and are left as they were', () => {
  const values = [100, 9, 20, 3];
  expect(median(values)).toBe(14.5);
  expect([0, 0.5, 0.99, 1].map((share) => quantile([40, 10, 30, 20, 0], share))).toEqual([0, 20, 39.6, 40]);
  expect(values).toEqual([100, 9, 20, 3]);
  expect(median([])).toBeNaN();
});
