import { expect, test } from 'vitest';
import { seenLine } from '../../../src/cli/top/live-schema.ts';
import { client, opening, second } from './seen.ts';

test('lines are read, whatever else newer servers put into them', () => {
  const line = second(1, [client('alice')]);
  expect(seenLine(JSON.stringify({ ...line, feed: [], news: 1 }))).toEqual(line);
  expect(seenLine(JSON.stringify({ ...opening(), admin: 'none' }))).toEqual(opening());
  const quic = second(1, [client('alice', { carriage: 'quic' })], {
    marks: [{ at_ms: 1, kind: 'new', client: null, text: '' }],
  });
  expect(seenLine(JSON.stringify(quic))).toEqual(quic);
});

test('texts of others can neither move the cursor nor forge a line', () => {
  const line = second(1, [client('a\u001b[2J\nb')], {
    marks: [{ at_ms: 1, kind: '\u009b', client: '\u202e', text: '\u2028' }],
  });
  expect(seenLine(JSON.stringify(line))).toMatchObject({
    roster: [{ name: 'a\\u001b[2J\\u000ab' }],
    marks: [{ kind: '\\u009b', client: '\\u202e', text: '\\u2028' }],
  });
});

test.each([
  ['{', 'a line that is not JSON'],
  ['1', 'a line that is not as agreed'],
  ['{"type":"end"}', 'a line that is not as agreed at type'],
  [
    JSON.stringify(second(1, [client('alice', { cursor: 'x' as never })])),
    'a line that is not as agreed at roster.0.cursor',
  ],
])('%s is %s', (json, fault) => {
  expect(seenLine(json)).toBe(fault);
});
