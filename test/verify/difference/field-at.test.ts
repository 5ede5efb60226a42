import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldAt } from '../../../src/verify/difference/field-at.ts';

const at = (json: string, part: string) => {
  const bytes = new TextEncoder().encode(json);
  const index = Buffer.from(bytes).indexOf(part);
  const place = fieldAt(bytes, index);
  return place === undefined
    ? undefined
    : [place.path, new TextDecoder().decode(bytes.subarray(place.start, place.end))];
};

const JSON_TEXT = '{"seq":1,"a":{"b":"x\\"y","c":[10,[true,null],{"d":"ü}"}]},"e":[],"f":-1.5}';

test.each([
  ['1,"a"', 'seq', '1'],
  ['"a"', 'a.b', '"x\\"y"'],
  ['y"', 'a.b', '"x\\"y"'],
  ['10', 'a.c[0]', '10'],
  ['true', 'a.c[1][0]', 'true'],
  ['null', 'a.c[1][1]', 'null'],
  ['}"', 'a.c[2].d', '"ü}"'],
  ['-1.5', 'f', '-1.5'],
])('%s lies in %s', (part, path, value) => {
  expect(at(JSON_TEXT, part)).toEqual([path, value]);
});

test('there is nothing behind the last value', () => {
  expect(fieldAt(new TextEncoder().encode(JSON_TEXT), JSON_TEXT.length + 1)).toBeUndefined();
});

test('it ends for any JSON, at any byte, and gives a value of it', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(500), (json, byte) => {
      const bytes = new TextEncoder().encode(JSON.stringify(JSON.parse(json)));
      const place = fieldAt(bytes, byte);
      if (place === undefined) return;
      JSON.parse(new TextDecoder().decode(bytes.subarray(place.start, place.end)));
    }),
  );
});
