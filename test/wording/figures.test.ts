import { describe, expect, test } from 'vitest';
import { intervalText, isVague } from '../../src/wording/figures.ts';

describe('an interval', () => {
  test.each([
    [12, 15, '12 to 15'],
    [1, 100, '1 to 100'],
    [1, 101, 'says nothing'],
    [0.005, 230_871_714_940, 'says nothing'],
    [-1, 1e9, '-1 to 1000000000'],
    [0, 5, '0 to 5'],
  ])('from %d to %d is %s', (low, high, text) => {
    expect(intervalText(low, high, String)).toBe(text);
    expect(isVague(low, high)).toBe(text === 'says nothing');
  });
});
