import { describe, expect, test } from 'vitest';
import {
  clockText,
  cut,
  durationText,
  rateText,
  roughDurationText,
} from '../../../src/cli/output/wording.ts';

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

describe('a line that is cut', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['abcdef', 0, 'abcdef'],
    ['abcdef', undefined, 'abcdef'],
    ['', 0, ''],
  ])('%s to %s columns', (line, width, shown) => {
    expect(cut(line, width)).toBe(shown);
  });

  test.each([
    ['\u001b[31mabcdef\u001b[39m', 6, '\u001b[31mabcdef\u001b[39m'],
    ['\u001b[31mabcdef\u001b[39m', 4, '\u001b[31mabc\u001b[39m…'],
    ['ab\u001b[1;31mcd\u001b[39mef\u001b[22m', 3, 'ab\u001b[1;31m\u001b[39m\u001b[22m…'],
  ])('%j to %s columns: colours take none, and each is switched off again', (line, width, shown) => {
    expect(cut(line, width)).toBe(shown);
  });

  test('is never cut within a character', () => {
    expect(cut('a😀b😀c😀d', 4)).toBe('a😀b…');
  });
});
