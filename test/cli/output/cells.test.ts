import { describe, expect, test } from 'vitest';
import { cellsOf, cut, fitted, wrapped } from '../../../src/cli/output/cells.ts';

test.each([
  ['', 0],
  ['alice', 5],
  ['Zoë', 3],
  ['Zoe\u0308', 3],
  ['山田', 4],
  ['한국', 4],
  ['😀', 2],
  ['👩‍👩‍👧', 2],
  ['\u001b[31mred\u001b[39m', 3],
])('%j takes %d cells', (line, cells) => {
  expect(cellsOf(line)).toBe(cells);
});

test.each([
  ['abc', 5, false, 'abc  '],
  ['abc', 5, true, '  abc'],
  ['abcdef', 4, true, 'abc…'],
  ['山田', 5, false, '山田 '],
  ['山田', 3, false, '山…'],
  ['山田', 2, false, '… '],
  ['abc', 0, false, ''],
])('%j fitted to %d cells', (line, cells, alignRight, shown) => {
  expect(fitted(line, cells, alignRight)).toBe(shown);
});

test.each([
  ['PROVED all of it, as wanted', 12, 'PROVED all\nof it, as\nwanted'],
  ['one-very-long-word and more', 8, 'one-very-long-word\nand more'],
  ['山田 太郎 山', 9, '山田 太郎\n山'],
  ['as it is', undefined, 'as it is'],
])('%j wrapped to %s cells', (line, cells, shown) => {
  expect(wrapped(line, cells)).toBe(shown);
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
    expect(cut('a😀b😀c😀d', 5)).toBe('a😀b…');
    expect(cut('e\u0301a\u0300i', 2)).toBe('e\u0301…');
  });

  test('has room for wide characters', () => {
    expect(cut('山田太郎', 8)).toBe('山田太郎');
    expect(cut('山田太郎', 7)).toBe('山田太…');
    expect(cut('山田太郎', 6)).toBe('山田…'); // half a character would not fit
  });
});
