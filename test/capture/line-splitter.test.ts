import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/capture/line-splitter.ts';

function split(
  bytes: Uint8Array,
  chunkBytes: number,
  maximumBytes = 1000,
): { lines: string[]; long: number } {
  const lines: string[] = [];
  let long = 0;
  const splitter = new LineSplitter(maximumBytes, (held, start, end, tooLong) => {
    lines.push(Buffer.from(held.subarray(start, end)).toString('latin1'));
    if (tooLong) long++;
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
      const latin = Buffer.from(bytes)
        .toString('latin1')
        .replace(/^\u00ef\u00bb\u00bf/, '');
      const expected = latin.split('\n');
      if (expected.at(-1) === '') expected.pop();
      const { lines } = split(bytes, chunkBytes);
      const kept =
        bytes.length === 3 && latin === '' ? [''] : expected.map((line) => line.replace(/\r$/, ''));
      expect(lines).toEqual(kept);
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
