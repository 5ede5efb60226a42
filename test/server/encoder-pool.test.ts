import { expect, test, vi } from 'vitest';
import { EncoderPool } from '../../src/server/encoder-pool.ts';
import { encodeSegment } from '../../src/stream/segment.ts';
import { SegmentCache } from '../../src/stream/segment-cache.ts';
import { SegmentMemory } from '../../src/stream/segment-memory.ts';
import { openStream } from '../../src/stream/stream.ts';

vi.mock('node:worker_threads', async () => ({ Worker: (await import('./fake-thread.ts')).FakeThread }));

/** A pool of one thread that runs. */
async function startedPool(cacheBytes: number, pieces: number) {
  const memory = new SegmentMemory(pieces);
  const cache = new SegmentCache(cacheBytes, memory);
  const pool = new EncoderPool(1, cache, memory);
  expect(pool.ready).toBe(false);
  await vi.waitUntil(() => pool.ready);
  return { pool, cache, memory };
}

test('what a thread made is in the cache, in memory that is used again when it is gone', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool, cache, memory } = await startedPool(70_000, 2); // one segment
  const pieces = new Set<unknown>();
  for (let index = 0; index < 10; index++) {
    expect(pool.make(stream, [index], 2)).toBe(true);
    expect(cache.has(stream, index)).toBe(true);
    const { bytes } = cache.source(stream).segmentOf(2 * index);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(encodeSegment(stream, index, 2).bytes));
    pieces.add(bytes.buffer);
  }
  expect(pieces.size).toBe(2);
  expect(memory.take()).toBeInstanceOf(SharedArrayBuffer);
});

test('a piece that a segment does not fit in stays for others', async () => {
  const { pool, cache, memory } = await startedPool(10_000_000, 1);
  const large = openStream('bytes?size=200000');
  pool.make(large, [0], 1);
  expect(cache.source(large).segmentOf(0).bytes.buffer).toBeInstanceOf(ArrayBuffer);
  expect(memory.take()).toBeInstanceOf(SharedArrayBuffer);
});
