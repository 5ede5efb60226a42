import { expect, test } from 'vitest';
import { clockText, durationText, rateText, roughDurationText } from '../../../src/cli/output/wording.ts';

test.each([
  ['max', 'full speed'],
  [10, '10/s'],
  [0.2, '0.2/s'],
  [1 / 3, '0.333333/s'],
  [1 / 3600, '1/h'],
  [1e7, '10,000,000/s'],
] as const)('a rate of %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [350.4, '350 ms'],
  [1000, '1 s'],
  [1500, '1.5 s'],
  [15_000, '15 s'],
  [61_240, '61.2 s'],
])('%d ms last %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [565, 'less than a second'],
  [15_400, 'about 15 s'],
  [150_000, 'about 3 min'],
  [3 * 3_600_000, 'about 3 h'],
])('%d ms that nobody can know are %s', (ms, text) => {
  expect(roughDurationText(ms)).toBe(text);
});

test('a time of day is UTC', () => {
  expect(clockText(Date.parse('2026-01-02T03:04:05.678Z'))).toBe('03:04:05.678');
});
