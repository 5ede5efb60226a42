import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkWalk } from './chunks.mjs';

const MESSAGES = Array.from({ length: 3000 }, (_, seq) => `{"seq":${seq},"é":"ü"}\n`);
const BODY = Buffer.from(MESSAGES.join(''));

/** In chunks of many sizes, one of them larger than all that is kept. */
function chunked() {
  const pieces = [];
  for (let at = 0, bytes = 1; at < BODY.length; at += bytes, bytes = (bytes * 7 + 5) % 9000) {
    const data = BODY.subarray(at, at + bytes);
    if (data.length > 0) pieces.push(`${data.length.toString(16)}\r\n`, data, '\r\n');
  }
  return Buffer.concat(
    [...pieces, '0\r\nTidemark-Close: 1000 done\r\n\r\n'].map((piece) => Buffer.from(piece)),
  );
}

test('chunks are walked wherever what is read ends', () => {
  const bytes = chunked();
  for (const readBytes of [1, 7, 100, 4096, 5000, 65_536, bytes.length]) {
    const walk = new ChunkWalk();
    for (let at = 0; at < bytes.length; at += readBytes) {
      assert.equal(walk.done, false);
      walk.walk(bytes, at, Math.min(at + readBytes, bytes.length));
    }
    assert.equal(walk.done, true);
    assert.equal(walk.body.bytes, BODY.length);
    assert.ok(walk.body.head.startsWith(MESSAGES.slice(0, 100).join('')));
    assert.ok(walk.body.tail.endsWith(MESSAGES.slice(-100).join('')));
  }
});

test('what is no chunk is told', () => {
  const of = (/** @type {string} */ text) => new ChunkWalk().walk(Buffer.from(text), 0, text.length);
  assert.throws(() => of('{"seq":0}\r\n'), /not the size of a chunk/);
  assert.throws(() => of('2\r\nabc\r\n'), /longer than its chunk/);
});
