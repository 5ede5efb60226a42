import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableLine } from '../../src/wording/printable.ts';

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

describe('a line of our own', () => {
  test.each([
    ['\u001b[32mPROVED\u001b[39m 5', '\u001b[32mPROVED\u001b[39m 5'],
    ['\u001b[2Jall\u001b[1;31mred\rgone', '\\u001b[2Jall\u001b[1;31mred\\u000dgone'],
    ['\u009b2J', '\\u009b2J'],
    ['plain', 'plain'],
  ])('%j keeps its colours and nothing else that a terminal obeys', (line, shown) => {
    expect(printableLine(line)).toBe(shown);
  });
});
