import { expect, test } from 'vitest';
import { readLiveLine } from '../../../../web/live/state/live-line-reader.ts';
import { TextLines } from '../../../../web/live/state/text-lines.ts';
import { opening, presence, second } from '../lines.ts';

test('lines are found wherever they are cut', () => {
  const text = '{"a":1}\n\n{"b":2}\r\n{"c":3}\n';
  for (let size = 1; size <= text.length; size++) {
    const splitter = new TextLines();
    const lines = [];
    for (let at = 0; at < text.length; at += size)
      lines.push(...(splitter.take(text.slice(at, at + size)) ?? []));
    expect(lines).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  }
});

test('a line without an end is not kept for ever', () => {
  const splitter = new TextLines();
  const piece = 'x'.repeat(1024 * 1024);
  expect(Array.from({ length: 9 }, () => splitter.take(piece)).at(-1)).toBeUndefined();
});

test.each([opening(), second(1, { roster: [presence()] })])('a $type is read', (line) => {
  expect(readLiveLine(JSON.stringify(line))).toEqual(line);
});

test.each([
  ['no JSON', /must be an object/],
  ['[]', /must be an object/],
  ['{"type":"third"}', /an opening or a second/],
  [JSON.stringify({ ...opening(), seconds: [{}] }), /seconds/],
  [JSON.stringify({ ...second(1), at_ms: 'soon' }), /at_ms/],
  [JSON.stringify({ ...second(1), roster: [{ name: 1 }] }), /roster/],
])('%s is refused', (text, says) => {
  expect(readLiveLine(text)).toMatch(says);
});
