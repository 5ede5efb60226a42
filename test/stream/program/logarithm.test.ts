import { describe, expect, test } from 'vitest';
import { logarithm } from '../../../src/stream/program/logarithm.ts';

function relativeError(x: number): number {
  return Math.abs(logarithm(x) / Math.log(x) - 1);
}

describe('logarithm', () => {
  test('of 1 is 0', () => {
    expect(logarithm(1)).toBe(0);
  });

  test('is within 5e-16 of the engine over all magnitudes', () => {
    const mantissas = [1.0000001, 1.25, Math.SQRT2 - 1e-15, Math.SQRT2, Math.SQRT2 + 1e-15, 1.75, 1.9999999];
    let worst = 0;
    for (let exponent = -1022; exponent <= 1023; exponent++) {
      for (const mantissa of mantissas) worst = Math.max(worst, relativeError(mantissa * 2 ** exponent));
    }
    expect(worst).toBeLessThan(5e-16);
  });

  test('is within 5e-16 of the engine next to 1, on both sides', () => {
    let worst = 0;
    for (let power = 1; power <= 52; power++) {
      worst = Math.max(worst, relativeError(1 + 2 ** -power), relativeError(1 - 2 ** -power / 2));
    }
    expect(worst).toBeLessThan(5e-16);
  });

  test('is within 5e-16 of the engine over (0, 1), where streams take it', () => {
    let worst = 0;
    for (let step = 1; step < 10_000; step++) worst = Math.max(worst, relativeError(step / 10_000));
    expect(worst).toBeLessThan(5e-16);
  });

  test('rises', () => {
    for (let x = 0.01; x < 4; x += 0.01) expect(logarithm(x + 0.01)).toBeGreaterThan(logarithm(x));
  });
});
