import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../../src/carriage/http/line-reader.ts';
import { cutAt, LIMITS, read } from './reading.ts';

const reader = () => new LineReader(LIMITS);

test('the lines of a read are one batch, where they lie', () => {
  const { messages, seqs, batches, digested } = read(reader(), ['{"seq":7}\n{"seq":8}\nother\n{"seq"']);
  expect(messages).toEqual(['{"seq":7}', '{"seq":8}', 'other']);
  expect(seqs).toEqual([7, 8, undefined]);
  expect(batches).toBe(1);
  expect(digested).toBe('{"seq":7}\n{"seq":8}\nother\n');
});

test('the same lines come of any body, cut anywhere', () => {
  const line = fc.tuple(
    fc.constantFrom('', 'x', '{"seq":7}', 'é', '世界', '😀', ' ', 'a\rb', '\r'),
    fc.constantFrom('\n', '\n', '\r\n'),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(), { maxLength: 8 }), (lines, places) => {
      const body = Buffer.from(lines.flat().join(''));
      const due = body
        .toString()
        .split('\n')
        .map((each) => each.replace(/\r$/, ''))
        .filter((each) => each !== '');
      const { messages, digested, fault } = read(reader(), cutAt(body, places), true);
      expect(fault).toBeUndefined();
      expect(messages).toEqual(due);
      expect(digested).toBe(due.map((each) => `${each}\n`).join(''));
    }),
    { numRuns: 1000 },
  );
});

test('the last line of a body that ends as it should needs no end, and one of a body that is cut off is none', () => {
  expect(read(reader(), ['a\nb'], true).messages).toEqual(['a', 'b']);
  expect(read(reader(), ['a\nb'], false).messages).toEqual(['a']);
});

test.each([
  ['at once', (text: string) => [text]],
  ['in parts', (text: string) => cutAt(Buffer.from(text), [0, 1, 700, 1024])],
  ['without an end', (text: string) => [text.trim(), 'y'.repeat(3)]],
])('a line may be as large as the limit, and no larger: %s', (how, parts) => {
  if (how !== 'without an end')
    for (const end of ['\n', '\r\n'])
      expect(read(reader(), parts(`${'x'.repeat(1024)}${end}`)).messages).toHaveLength(1);
  expect(read(reader(), ['{}\n', ...parts(`${'x'.repeat(1025)}\n`)])).toMatchObject({
    messages: ['{}'],
    fault: { code: 1009, reason: 'a line is larger than 1024 bytes' },
  });
});

test('a line that is not UTF-8 ends the body there', () => {
  const { messages, fault } = read(reader(), ['a\nb\n', Buffer.from('c\n\xff\nd\n', 'latin1')]);
  expect(messages).toEqual(['a', 'b', 'c']);
  expect(fault).toEqual({ code: 1007, reason: 'a message is not UTF-8' });
});
