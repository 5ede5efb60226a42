import { describe, expect, test } from 'vitest';
import {
  durationText,
  grouped,
  intervalText,
  isVague,
  paceText,
  plural,
  pluralAre,
  rateText,
} from '../../src/wording/figures.ts';

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

test.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
])('%d is grouped as %s', (value, text) => {
  expect(grouped(value)).toBe(text);
});

test.each([
  [0, '0 clients'],
  [1, '1 client'],
  [2, '2 clients'],
  [1000, '1,000 clients'],
])('%d of them', (count, text) => {
  expect(plural(count, 'client')).toBe(text);
});

test('of one of them, and of several', () => {
  expect([1, 2, 1000].map((count) => pluralAre(count, 'cell'))).toEqual([
    '1 cell is',
    '2 cells are',
    '1,000 cells are',
  ]);
});

test.each([
  ['max', 'max'],
  [12_345, '12,345/s'],
  [10, '10/s'],
  [0.2, '0.2/s'],
  [1 / 60, '1/min'],
  [1 / 3600, '1/h'],
  [24 / 86_400, '1/h'],
  [1 / 86_400, '1/day'],
  [1e-9, '0.0000864/day'],
] as const)('a rate of %s is asked for as %s', (rate, text) => {
  expect(paceText(rate)).toBe(text);
});

test('what was measured has separators too', () => {
  expect([rateText(1234.5), durationText(1_234_500)]).toEqual(['1,235', '1,235 s']);
});
