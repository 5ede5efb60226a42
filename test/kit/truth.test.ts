import { expect, test } from 'vitest';
import { digestOf, payloads, texts } from '../../lab/kit/truth.mjs';
import { openStream } from '../../src/stream/stream.ts';

test('a part of a stream is what its messages are', () => {
  const stream = openStream('users?seed=7');
  expect(payloads('users?seed=7', 2, 5).map(String)).toEqual(
    [5, 6].map((seq) => Buffer.from(stream.message(seq)).toString()),
  );
  expect(texts('users?seed=7', 2)[1]).toMatch(/^\{"seq":1,/);
  expect(texts('users', 0)).toEqual([]);
});

test('a digest is of all messages, and tells text from binary', () => {
  expect(digestOf([], true)).toEqual({ bytes: 0, crc32: '00000000' });
  const messages = payloads('bytes?size=50', 3);
  expect(digestOf(messages, true)).toMatchObject({ bytes: 150 });
  expect(digestOf(messages, true).crc32).not.toBe(digestOf(messages, false).crc32);
});
