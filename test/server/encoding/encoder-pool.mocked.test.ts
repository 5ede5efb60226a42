import { beforeEach, expect, test, vi } from 'vitest';
import { EncoderPool } from '../../../src/server/encoding/encoder-pool.ts';
import type { Framing } from '../../../src/stream/segment/framing.ts';
import { encodeSegment } from '../../../src/stream/segment/segment.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../../src/stream/segment/segment-memory.ts';
import { type SegmentSeries, segmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { LAST_SEQ, openStream } from '../../../src/stream/stream.ts';
import { FakeThread } from './fake-thread.ts';

beforeEach(() => {
  FakeThread.wake();
});

vi.mock('node:worker_threads', async () => ({ Worker: (await import('./fake-thread.ts')).FakeThread }));

const seriesOf = (name: string, framing: Framing = 'websocket') => segmentSeries(openStream(name), framing);
const sourceOf = (cache: SegmentCache, { stream, framing }: SegmentSeries) => cache.source(stream, framing);

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
  const series = seriesOf('bytes?size=30000');
  const { pool, cache, memory } = await startedPool(70_000, 2); // one segment
  const places = new Set<number>();
  for (let index = 0; index < 10; index++) {
    pool.make(series, [index]);
    expect(cache.has(series, index)).toBe(true);
    const segment = sourceOf(cache, series).segmentOf(2 * index);
    expect(segment).toEqual({ ...encodeSegment(series, index) });
    expect(segment.bytes.buffer).toBe(memory.buffer);
    places.add(segment.bytes.byteOffset);
  }
  expect(places.size).toBe(2);
  expect(memory.take()).toBeDefined();
});

test('the last segment of a stream is as long as the stream', async () => {
  const series = seriesOf('users');
  const { pool, cache } = await startedPool(10_000_000, 2);
  const source = sourceOf(cache, series);
  const last = Math.floor(LAST_SEQ / series.span);
  pool.make(series, [last]);
  expect(source.segmentOf(LAST_SEQ)).toEqual({ ...encodeSegment(series, last) });
});

test('a piece that a segment does not fit in stays for others', async () => {
  const { pool, cache, memory } = await startedPool(10_000_000, 1);
  const large = seriesOf('bytes?size=200000');
  pool.make(large, [0]);
  expect(sourceOf(cache, large).segmentOf(0)).toEqual({ ...encodeSegment(large, 0) });
  expect(sourceOf(cache, large).segmentOf(0).bytes.buffer).toBeInstanceOf(ArrayBuffer);
  expect(memory.take()).toBeDefined();
});

test('without a piece that is free, threads get memory of their own', async () => {
  const series = seriesOf('bytes?size=30000');
  const { pool, cache } = await startedPool(10_000_000, 1);
  pool.make(series, [0, 1, 2, 3, 4, 5]);
  const buffers = [0, 1, 2, 3, 4, 5].map((index) => {
    const segment = sourceOf(cache, series).segmentOf(2 * index);
    expect(segment).toEqual({ ...encodeSegment(series, index) });
    return segment.bytes.buffer;
  });
  expect(new Set(buffers).size).toBe(6);
});

test('what is being made is asked for once, calls back when it comes, and takes room until then', async () => {
  const series = seriesOf('bytes?size=30000');
  const { pool } = await startedPool(10_000_000, 10);
  const room = pool.room(60_000);
  FakeThread.asleep = true;
  pool.make(series, [3, 4]);
  pool.make(series, [4, 5]);
  expect(pool.room(60_000)).toBe(room - 3);
  let calls = 0;
  const count = () => {
    calls++;
  };
  expect(pool.whenMade(series, 4, count)).toBe(true);
  expect(pool.whenMade(series, 6, count)).toBe(false);
  expect(pool.whenMade(seriesOf('bytes?size=30001'), 4, count)).toBe(false);
  expect(calls).toBe(0);
  FakeThread.wake();
  expect(calls).toBe(1);
  expect(pool.room(60_000)).toBe(room);
  FakeThread.asleep = true;
  pool.make(series, [9]);
  expect(pool.whenMade(series, 4, count)).toBe(false);
});

test('of large messages fewer are made at a time: 32 MiB', async () => {
  const series = seriesOf('bytes?size=1000000');
  const { pool } = await startedPool(10_000_000, 10);
  FakeThread.asleep = true;
  expect(pool.room(1_000_010)).toBe(33);
  pool.make(series, [0, 1, 2]);
  expect(pool.room(1_000_010)).toBe(30);
  FakeThread.wake();
  expect(pool.room(1_000_010)).toBe(33);
});

test('threads get the memory of segments that go for it', async () => {
  const series = seriesOf('bytes?size=30000');
  const { pool, cache, memory } = await startedPool(10_000_000, 3);
  for (let index = 0; index < 10; index++) {
    pool.make(series, [index]);
    expect(sourceOf(cache, series).segmentOf(2 * index).bytes.buffer).toBe(memory.buffer);
  }
});

test('a pool that is closed while segments are made calls back, and has no room', async () => {
  const series = seriesOf('bytes?size=30000');
  const { pool, cache } = await startedPool(10_000_000, 10);
  FakeThread.asleep = true;
  pool.make(series, [0]);
  let calls = 0;
  pool.whenMade(series, 0, () => {
    calls++;
  });
  pool.close();
  expect(calls).toBe(1);
  expect(pool.ready).toBe(false);
  expect(pool.room(60_000)).toBe(0);
  FakeThread.wake(); // too late
  expect(cache.has(series, 0)).toBe(false);
});

test('a pool that is closed before its threads run has none', async () => {
  const memory = new SegmentMemory(1);
  const pool = new EncoderPool(1, new SegmentCache(0, memory), memory);
  expect(pool.ready).toBe(false);
  pool.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(pool.ready).toBe(false);
});
