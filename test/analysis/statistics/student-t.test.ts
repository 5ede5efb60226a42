import { describe, expect, test } from 'vitest';
import { incompleteBeta } from '../../../src/analysis/statistics/incomplete-beta.ts';
import { normalTail } from '../../../src/analysis/statistics/normal.ts';
import { fisherTail, studentTBound, studentTTails } from '../../../src/analysis/statistics/student-t.ts';
import { R } from '../constants/r-constants.ts';

const given = R.distributions;

/** The largest relative distance of what is found from what R says. */
function worst(expected: readonly number[], found: (index: number) => number): number {
  return Math.max(
    ...expected.map((value, index) => Math.abs(found(index) - value) / Math.max(value, 1e-300)),
  );
}

describe('distributions agree with R', () => {
  test('both tails of Student’s t', () => {
    expect(worst(given.tTails, (index) => studentTTails(given.t[index], given.tFreedom[index]))).toBeLessThan(
      1e-11,
    );
  });

  test('the bound of Student’s t', () => {
    expect(
      worst(given.tBound, (index) => studentTBound(given.level[index], given.boundFreedom[index])),
    ).toBeLessThan(1e-11);
  });

  test('the tail of F', () => {
    const found = (index: number) => fisherTail(given.f[index], given.above[index], given.below[index]);
    expect(worst(given.fTail, found)).toBeLessThan(1e-10);
  });

  test('the tail of the normal distribution, far out too', () => {
    expect(worst(given.normalTail, (index) => normalTail(given.z[index]))).toBeLessThan(1e-12);
  });

  test('the incomplete beta function', () => {
    // Near 1 the absolute error counts, and near 0 the relative one; 1e-11 of either is asked.
    for (const [index, expected] of given.incompleteBeta.entries()) {
      const found = incompleteBeta(given.x[index], given.a[index], given.b[index]);
      expect(Math.abs(found - expected)).toBeLessThan(1e-11 * Math.max(expected, 1e-6) + 1e-13 * expected);
    }
  });

  test('at the ends of the beta function', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});
