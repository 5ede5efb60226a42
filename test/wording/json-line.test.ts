import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLine } from '../../src/wording/json-line.ts';

test('is the same value, on one line, without anything that moves the cursor', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
      const line = jsonLine(value);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    }),
  );
});

test.each([
  ['\u009b2J', '"\\u009b2J"'],
  ['\u0085\u2028\u2029', '"\\u0085\\u2028\\u2029"'],
  ['\u202e\u2066\u200f\u061c\u007f', '"\\u202e\\u2066\\u200f\\u061c\\u007f"'],
  ['naïve 漢字 😀', '"naïve 漢字 😀"'],
])('%j', (text, line) => {
  expect(jsonLine(text)).toBe(line);
});
