import { expect, test } from 'vitest';
import { ConcatenatedMessages } from '../../../src/verify/capture/concatenated-messages.ts';
import { linesOf } from '../capture.ts';

/** What comes out of bytes that come in chunks of some size. */
function separated(text: string, chunkBytes: number): string {
  const pieces: Uint8Array[] = [];
  const messages = new ConcatenatedMessages((bytes) => pieces.push(bytes.slice()));
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) messages.push(bytes.subarray(at, at + chunkBytes));
  messages.finish();
  return Buffer.concat(pieces).toString();
}

const CHUNKS = [1, 2, 3, 5, 7, 8, 9, 100, 1_000_000];

test.each(CHUNKS)('an LF is put between messages, in chunks of %i bytes', (chunkBytes) => {
  const lines = linesOf(0, 30);
  expect(separated(lines.join(''), chunkBytes)).toBe(lines.join('\n'));
});

test.each(CHUNKS)('all else stays as it is, in chunks of %i bytes', (chunkBytes) => {
  for (const text of ['{"seq":1,"a":{}}{"se', '{"a":"}{"}{"se"}', '}}}{', '}{"sex":1}', ''])
    expect(separated(text, chunkBytes)).toBe(text);
});
