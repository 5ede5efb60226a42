import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../../src/stream/program/normal-quantile.ts';

describe('normalQuantile', () => {
  // The three check values of AS 241, one for each of its approximations.
  test.each([
    { probability: 0.25, expected: -0.6744897501960817 },
    { probability: 0.001, expected: -3.090232306167814 },
    { probability: 1e-20, expected: -9.262340089798409 },
  ])('of $probability is $expected', ({ probability, expected }) => {
    expect(Math.abs(normalQuantile(probability) / expected - 1)).toBeLessThan(1e-15);
  });

  test('of one half is 0', () => {
    expect(normalQuantile(0.5)).toBe(0);
  });

  test('is symmetric about one half', () => {
    for (const probability of [2 ** -2, 2 ** -5, 2 ** -10, 2 ** -30, 2 ** -52]) {
      expect(normalQuantile(1 - probability)).toBe(-normalQuantile(probability));
    }
  });

  test('rises, also where one approximation hands over to the next', () => {
    const probabilities = [1e-300, 1e-20, 1e-12, Math.exp(-25) * 0.999, Math.exp(-25) * 1.001, 1e-6];
    for (let step = 1; step < 1000; step++) probabilities.push(step / 1000);
    probabilities.push(0.0749999, 0.0750001, 0.9249999, 0.9250001);
    const values = probabilities.sort((a, b) => a - b).map(normalQuantile);
    for (let index = 1; index < values.length; index++) {
      expect(values[index]).toBeGreaterThan(values[index - 1] ?? Number.NaN);
    }
  });

  test('is finite at the ends that a draw of 52 bits and a half reaches', () => {
    const smallest = 0.5 / 2 ** 52;
    expect(normalQuantile(smallest)).toBeCloseTo(-8.2, 1);
    expect(normalQuantile(1 - smallest)).toBeCloseTo(8.2, 1);
  });
});
