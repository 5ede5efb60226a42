import { describe, expect, test } from 'vitest';
import { firstDifference, textOf } from '../../../src/verify/difference/difference.ts';

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
    expect([expected, received]).toEqual(['"xü"', '"xö"']);
    expect(difference(`{"a":1}${'ü'.repeat(20)}`, `{"a":1}${'ü'.repeat(19)}ö`).received).not.toContain(
      '\ufffd',
    );
    expect(difference('{"a":1}', '{"a":1€}').received).toBe('{"a":1€}');
  });

  test('where it is cut short', () => {
    for (let length = 70; length < 90; length++) {
      const text = textOf(bytes(`${'x'.repeat(length)}🌊🌊🌊🌊🌊🌊`), 0, 1000);
      expect(text).not.toMatch(/\ufffd|[\ud800-\udbff](?![\udc00-\udfff])/);
    }
    const long = bytes('🌊'.repeat(200));
    expect(textOf(long, 1, 7)).toBe('🌊🌊');
    expect(textOf(new Uint8Array(20).fill(0x80), 3, 9)).toContain('\ufffd');
  });
});
