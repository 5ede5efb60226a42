import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../../src/verify/difference/difference.ts';
import { textOf } from '../../../src/verify/difference/excerpt.ts';
import { jsonDifference } from '../../../src/verify/difference/json-equality.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const difference = (expected: string, received: string) =>
  firstDifference(bytes(expected), bytes(received), true);

describe('what is shown of a difference loses no character', () => {
  test('at the very beginning', () => {
    expect(difference('{"seq":5,"a":1}', '2026 {"seq":5,"a":1}')).toMatchObject({
      field: 'seq',
      byte: 0,
      expected: '{"seq":5',
      received: expect.stringMatching(/^2026 \{"seq":5/),
    });
  });

  test('at a comma, a quote or a key', () => {
    expect(difference('{"a":1,"b":2}', '{"a":1;"b":2}')).toMatchObject({
      expected: ',"b":2',
      received: ';"b":2',
    });
    expect(difference('{"a":1,"b":2}', '{"a":1,"c":2}')).toMatchObject({
      expected: '"b":2',
      received: '"c":2',
    });
    expect(difference('{"a":1,"b":2}', '{"a":1,"b":3}')).toMatchObject({ expected: '2', received: '3' });
  });

  test('in the midst of a character of several bytes', () => {
    const { expected, received } = difference('{"a":"xü"}', '{"a":"xö"}');
    expect([expected, received]).toEqual(['"x\\u00fc"', '"x\\u00f6"']);
    expect(difference(`{"a":1}${'ü'.repeat(20)}`, `{"a":1}${'ü'.repeat(19)}ö`).received).not.toContain(
      '\ufffd',
    );
    expect(difference('{"a":1}', '{"a":1€}').received).toBe('{"a":1\\u20ac}');
  });

  test('where it is cut short', () => {
    for (let length = 70; length < 90; length++) {
      const text = textOf(bytes(`${'x'.repeat(length)}🌊🌊🌊🌊🌊🌊`), 0, 1000);
      expect(text).not.toMatch(/\ufffd|[\ud800-\udbff](?![\udc00-\udfff])/);
    }
    const long = bytes('🌊'.repeat(200));
    expect(textOf(long, 1, 7)).toBe('🌊🌊');
    expect(textOf(new Uint8Array(20).fill(0x80), 3, 9)).toBe('\\x80'.repeat(6));
  });
});

describe('what is shown of a difference has the byte that differs', () => {
  const long = `{"data":"${'abcdefghij'.repeat(40)}"}`;

  test('far behind the beginning of a long value', () => {
    for (const at of [9, 10, 60, 88, 89, 200, 350, 400, 408]) {
      const { byte, expected, received } = difference(long, `${long.slice(0, at)}#${long.slice(at + 1)}`);
      expect(byte).toBe(at);
      expect(expected).not.toContain('#');
      expect(received).toContain('#');
      expect(received.length).toBeLessThan(90);
      expect(received.replaceAll('…', '').replace('#', long[at] ?? '')).toBe(expected.replaceAll('…', ''));
    }
  });

  test('in a value that is compared as JSON', () => {
    const value = 'abcdefghij'.repeat(40);
    const found = jsonDifference({ data: value }, { data: `${value.slice(0, 300)}#${value.slice(301)}` });
    expect(found?.received).toContain('abcdefghij#bcdefghij');
    expect(found?.expected).toContain('abcdefghijabcdefghij');
    expect(jsonDifference({ a: 'x y' }, { a: 'x\u00a0y' })).toMatchObject({
      expected: '"x\\u0020y"',
      received: '"x\\u00a0y"',
    });
  });

  test.each([
    ['a control character', '{"a":"xy"}', '{"a":"x\u0001y"}', '"xy"', '"x\\u0001y"'],
    ['a space without width', '{"a":"xy"}', '{"a":"x\u200by"}', '"xy"', '"x\\u200by"'],
    ['another kind of space', '{"a":"x y"}', '{"a":"x\u00a0y"}', '"x\\u0020y"', '"x\\u00a0y"'],
    ['a letter of another alphabet', '{"a":"xe"}', '{"a":"x\u0435"}', '"xe"', '"x\\u0435"'],
    ['a space at the end', '{"a":1}', '{"a":1} ', '{"a":1}', '{"a":1}\\u0020'],
    ['a character above U+FFFF', '{"a":"x"}', '{"a":"\u{1f30a}"}', '"x"', '"\\ud83c\\udf0a"'],
  ])('%s', (_, right, wrong, expected, received) => {
    expect(difference(right, wrong)).toMatchObject({ expected, received });
  });

  test('a byte that is no text', () => {
    const wrong = bytes('{"a":"xyz"}');
    for (const [byte, shown] of [
      [0xff, '"x\\xffz"'],
      [0xc3, '"x\\xc3z"'],
      [0xed, '"x\\xedz"'],
    ] as const) {
      wrong[7] = byte;
      expect(firstDifference(bytes('{"a":"xyz"}'), wrong, true)).toMatchObject({ byte: 7, received: shown });
    }
  });

  test('any part of any bytes is shown', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed;
    };
    for (let round = 0; round < 3000; round++) {
      const right = Uint8Array.from({ length: random() % 200 }, () => random() % 256);
      const wrong = right.slice(0, right.length - (random() % 3));
      if (wrong.length > 0) wrong[random() % wrong.length] = random() % 256;
      if (right.every((byte, at) => byte === wrong[at]) && right.length === wrong.length) continue;
      const { expected, received } = firstDifference(right, wrong, true);
      expect(received).not.toBe(expected);
    }
  });
});
