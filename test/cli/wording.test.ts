import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockText, cut, durationText, grouped, plural, printable, rateText } from '../../src/cli/wording.ts';

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

test.each([
  ['max', 'full speed'],
  [10, '10/s'],
  [0.2, '0.2/s'],
  [1 / 3, '0.333333/s'],
  [1e7, '10000000/s'],
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

test('a time of day is UTC', () => {
  expect(clockText(Date.parse('2026-01-02T03:04:05.678Z'))).toBe('03:04:05.678');
});

describe('what a peer sent, printed', () => {
  test.each([
    ['\u001b[2J\u001b[31mred', '\\u001b[2J\\u001b[31mred'],
    ['\rClient bob', '\\u000dClient bob'],
    ['one\ntwo\ttabbed', 'one\\u000atwo\\u0009tabbed'],
    ['\u0000\u0007\b', '\\u0000\\u0007\\u0008'],
    ['\u007f', '\\u007f'],
    ['\u009b31m\u0085', '\\u009b31m\\u0085'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\u202aa\u202bb\u202cc\u202dd\u202e', '\\u202aa\\u202bb\\u202cc\\u202dd\\u202e'],
    ['\u2066a\u2067b\u2068c\u2069', '\\u2066a\\u2067b\\u2068c\\u2069'],
    ['\u200ea\u200fb\u061c', '\\u200ea\\u200fb\\u061c'],
  ])('%j can not move a cursor or turn a line', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each(['', 'plain text ~', 'é€ 😀 愛', '{"seq":0}', 'a\\nb'])('%s stays as it is', (text) => {
    expect(printable(text)).toBe(text);
  });

  test('has no control character left, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a line that is cut', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['abcdef', 0, '…'],
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
