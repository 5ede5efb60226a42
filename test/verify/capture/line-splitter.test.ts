import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../src/verify/capture/line-splitter.ts';

function split(
  bytes: Uint8Array,
  chunkBytes: number,
  maximumBytes = 1000,
): { lines: string[]; long: number } {
  const lines: string[] = [];
  let long = 0;
  const splitter = new LineSplitter(maximumBytes, {
    line: (held, start, end, tooLong) => {
      lines.push(Buffer.from(held.subarray(start, end)).toString('latin1'));
      if (tooLong) long++;
    },
  });
  for (let at = 0; at < bytes.length; at += chunkBytes) splitter.push(bytes.subarray(at, at + chunkBytes));
  splitter.finish();
  return { lines, long };
}

test('splits as a whole, however it is cut', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', '\ufeff'), { maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (parts, chunkBytes) => {
      const bytes = new TextEncoder().encode(parts.join(''));
      const expected = Buffer.from(bytes).toString('latin1').split('\n');
      if (expected.at(-1) === '') expected.pop();
      const { lines } = split(bytes, chunkBytes);
      expect(lines).toEqual(
        expected.map((line) => line.replace(/^\u00ef\u00bb\u00bf/, '').replace(/\r$/, '')),
      );
    }),
  );
});

test('cuts a line that is too long, says so, and goes on behind it', () => {
  const bytes = new TextEncoder().encode(`ab\n${'x'.repeat(5000)}\ncd\n`);
  for (const chunkBytes of [1, 7, 999, 10_000]) {
    const { lines, long } = split(bytes, chunkBytes, 100);
    expect(long).toBe(1);
    expect([lines[0], lines[2]]).toEqual(['ab', 'cd']);
  }
});

test('gives lines of a kind in parts, however long they are, and the others whole', () => {
  const long = `<${'x'.repeat(5000)}`;
  const lines = ['ab', long, '<', '\ufeff<y', 'c<'];
  const bytes = new TextEncoder().encode(lines.join('\n'));
  for (const chunkBytes of [1, 2, 7, 999, 10_000]) {
    const told: string[] = [];
    let open = '';
    const splitter = new LineSplitter(100, {
      line: (held, start, end) => told.push(Buffer.from(held.subarray(start, end)).toString()),
      parts: {
        startBytes: 1,
        isOne: (held, start, end) => start < end && held[start] === '<'.charCodeAt(0),
        take: (held, start, end) => {
          open += Buffer.from(held.subarray(start, end)).toString();
        },
        end: () => {
          told.push(open);
          open = '';
        },
      },
    });
    for (let at = 0; at < bytes.length; at += chunkBytes) splitter.push(bytes.subarray(at, at + chunkBytes));
    splitter.finish();
    expect(told).toEqual(['ab', long, '<', '<y', 'c<']);
  }
});
