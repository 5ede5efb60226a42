import { beforeEach, expect, test, vi } from 'vitest';
import { EncoderPool } from '../../src/server/encoder-pool.ts';
import { encodeSegment } from '../../src/stream/segment/segment.ts';
import { SegmentCache } from '../../src/stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../src/stream/segment/segment-memory.ts';
import { LAST_SEQ, openStream } from '../../src/stream/stream.ts';
import { FakeThread } from './fake-thread.ts';

beforeEach(() => {
  FakeThread.wake();
});

vi.mock('node:worker_threads', async () => ({ Worker: (await import('./fake-thread.ts')).FakeThread }));

/** A pool of one thread that runs. */
async function startedPool(cacheBytes: number, pieces: number) {
  const memory = new SegmentMemory(pieces);
  const cache = new SegmentCache(cacheBytes, memory);
  const pool = new EncoderPool(1, cache, memory);
  expect(pool.ready).toBe(false);
  await expect.poll(() => pool.ready).toBe(true);
  return { pool, cache, memory };
}

test('what threads made is in the cache, in memory that is used again when it is gone', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool, cache, memory } = await startedPool(70_000, 2); // one segment
  const places = new Set<number>();
  for (let index = 0; index < 10; index++) {
    pool.make(stream, [index], 2);
    expect(cache.has(stream, index)).toBe(true);
    const segment = cache.source(stream).segmentOf(2 * index);
    expect(segment).toEqual({ ...encodeSegment(stream, index, 2) });
    expect(segment.bytes.buffer).toBe(memory.buffer);
    places.add(segment.bytes.byteOffset);
  }
  expect(places.size).toBe(2);
  expect(memory.take()).toBeDefined();
});

test('the last segment of a stream is as long as the stream', async () => {
  const stream = openStream('users');
  const { pool, cache } = await startedPool(10_000_000, 2);
  const source = cache.source(stream);
  const last = Math.floor(LAST_SEQ / source.span);
  pool.make(stream, [last], source.span);
  expect(source.segmentOf(LAST_SEQ)).toEqual({ ...encodeSegment(stream, last, source.span) });
});

test('a piece that a segment does not fit in stays for others', async () => {
  const { pool, cache, memory } = await startedPool(10_000_000, 1);
  const large = openStream('bytes?size=200000');
  pool.make(large, [0], 1);
  expect(cache.source(large).segmentOf(0)).toEqual({ ...encodeSegment(large, 0, 1) });
  expect(cache.source(large).segmentOf(0).bytes.buffer).toBeInstanceOf(ArrayBuffer);
  expect(memory.take()).toBeDefined();
});

test('without a piece that is free, threads get memory of their own', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool, cache } = await startedPool(10_000_000, 1);
  pool.make(stream, [0, 1, 2, 3, 4, 5], 2);
  const buffers = [0, 1, 2, 3, 4, 5].map((index) => {
    const segment = cache.source(stream).segmentOf(2 * index);
    expect(segment).toEqual({ ...encodeSegment(stream, index, 2) });
    return segment.bytes.buffer;
  });
  expect(new Set(buffers).size).toBe(6);
});

test('what is being made is asked for once, calls back when it comes, and takes room until then', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool } = await startedPool(10_000_000, 10);
  const room = pool.room(60_000);
  FakeThread.asleep = true;
  pool.make(stream, [3, 4], 2);
  pool.make(stream, [4, 5], 2);
  expect(pool.room(60_000)).toBe(room - 3);
  let calls = 0;
  const count = () => {
    calls++;
  };
  expect(pool.whenMade(stream, 4, count)).toBe(true);
  expect(pool.whenMade(stream, 6, count)).toBe(false);
  expect(pool.whenMade(openStream('bytes?size=30001'), 4, count)).toBe(false);
  expect(calls).toBe(0);
  FakeThread.wake();
  expect(calls).toBe(1);
  expect(pool.room(60_000)).toBe(room);
  FakeThread.asleep = true;
  pool.make(stream, [9], 2);
  expect(pool.whenMade(stream, 4, count)).toBe(false);
});

test('of large messages fewer are made at a time: 32 MiB', async () => {
  const stream = openStream('bytes?size=1000000');
  const { pool } = await startedPool(10_000_000, 10);
  FakeThread.asleep = true;
  expect(pool.room(1_000_010)).toBe(33);
  pool.make(stream, [0, 1, 2], 1);
  expect(pool.room(1_000_010)).toBe(30);
  FakeThread.wake();
  expect(pool.room(1_000_010)).toBe(33);
});

test('threads get the memory of segments that go for it', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool, cache, memory } = await startedPool(10_000_000, 3);
  for (let index = 0; index < 10; index++) {
    pool.make(stream, [index], 2);
    expect(cache.source(stream).segmentOf(2 * index).bytes.buffer).toBe(memory.buffer);
  }
});

test('a pool that is closed while segments are made calls back, and has no room', async () => {
  const stream = openStream('bytes?size=30000');
  const { pool, cache } = await startedPool(10_000_000, 10);
  FakeThread.asleep = true;
  pool.make(stream, [0], 2);
  let calls = 0;
  pool.whenMade(stream, 0, () => {
    calls++;
  });
  pool.close();
  expect(calls).toBe(1);
  expect(pool.ready).toBe(false);
  expect(pool.room(60_000)).toBe(0);
  FakeThread.wake(); // too late
  expect(cache.has(stream, 0)).toBe(false);
});

test('a pool that is closed before its threads run has none', async () => {
  const memory = new SegmentMemory(1);
  const pool = new EncoderPool(1, new SegmentCache(0, memory), memory);
  expect(pool.ready).toBe(false);
  pool.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(pool.ready).toBe(false);
});
