import { describe, expect, test } from 'vitest';
import { ReadAhead, type SegmentMaker } from '../../../src/server/encoding/read-ahead.ts';
import { encodeSegment } from '../../../src/stream/segment/segment.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { type SegmentSeries, segmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { LAST_SEQ, openStream } from '../../../src/stream/stream.ts';

const STREAM = openStream('bytes?size=30000');
const SERIES = segmentSeries(STREAM, 'websocket'); // a segment spans two messages

/** From `first` to `last`. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A maker that makes a segment when it is told to. */
class Maker implements SegmentMaker {
  ready = true;
  most = 1000;
  readonly asked: number[] = [];
  readonly #cache: SegmentCache;
  readonly #making = new Map<number, (() => void)[]>();

  constructor(cache: SegmentCache) {
    this.#cache = cache;
  }

  room(): number {
    return this.most;
  }

  make(_: SegmentSeries, indices: readonly number[]): void {
    for (const index of indices.filter((each) => !this.#making.has(each))) {
      this.asked.push(index);
      this.#making.set(index, []);
    }
  }

  whenMade(_: SegmentSeries, index: number, callback: () => void): boolean {
    this.#making.get(index)?.push(callback);
    return this.#making.has(index);
  }

  /** @param segment in place of the right one, where what it holds does not matter */
  finish(index: number, segment = encodeSegment(SERIES, index)): void {
    const callbacks = this.#making.get(index);
    if (callbacks === undefined) return;
    this.#making.delete(index);
    this.#cache.add(SERIES, index, segment);
    for (const callback of callbacks) callback();
  }
}

function setUp(cacheBytes = 10_000_000) {
  const cache = new SegmentCache(cacheBytes);
  const maker = new Maker(cache);
  let arrivals = 0;
  const source = new ReadAhead(cache.series(STREAM, 'websocket'), cache, maker);
  source.belongTo({
    framesMade: () => {
      arrivals++;
    },
  });
  return { cache, maker, source, arrivals: () => arrivals };
}

describe('ReadAhead', () => {
  test('asks for what a fast client needs soon, the first first, and for no more than 32 ahead', () => {
    const { maker, source } = setUp();
    expect(source.readAhead(5, 1000)).toBe(false);
    expect(maker.asked).toEqual(range(2, 34));
    expect(source.readAhead(5, 1000)).toBe(false);
    expect(maker.asked).toHaveLength(33);
  });

  test('asks again, for several together, when half of them are left', () => {
    const { maker, source } = setUp();
    source.readAhead(0, 1000);
    for (const index of range(0, 32)) maker.finish(index);
    source.readAhead(2 * 15, 1000);
    expect(maker.asked).toEqual(range(0, 32));
    source.readAhead(2 * 16, 1000);
    expect(maker.asked).toEqual(range(0, 16 + 32));
  });

  test('asks for each segment once, also for one that is gone before it is used', () => {
    const { cache, maker, source } = setUp(3_000_000); // some 50 segments
    const made = encodeSegment(SERIES, 0);
    source.readAhead(0, 1000);
    for (const index of range(0, 32)) maker.finish(index, made);
    const others = segmentSeries(openStream('bytes?size=30000&seed=2'), 'websocket');
    for (const index of range(0, 120)) cache.add(others, index, made);
    expect(cache.has(SERIES, 17)).toBe(false);
    expect(source.readAhead(2 * 17, 1000)).toBe(true);
    expect(maker.asked).toEqual(range(0, 17 + 32));
  });

  test('is ahead by fewer segments of large messages', () => {
    const { cache, maker } = setUp();
    const large = cache.series(openStream('bytes?size=1000000'), 'websocket');
    new ReadAhead(large, cache, maker).readAhead(0, 1000);
    expect(maker.asked).toEqual(range(0, 8));
  });

  test('calls back when the segment that is waited for has come, and only then', () => {
    const { maker, source, arrivals } = setUp();
    source.readAhead(0, 1000);
    maker.finish(1);
    expect(arrivals()).toBe(0);
    maker.finish(0);
    expect(arrivals()).toBe(1);
    expect(source.readAhead(0, 1000)).toBe(true);
    expect(source.readAhead(2, 1000)).toBe(true);
    expect(source.segmentOf(2)).toEqual({ ...encodeSegment(SERIES, 1) });
  });

  test('a slow client asks nobody', () => {
    const { maker, source } = setUp();
    expect(source.readAhead(1, 4)).toBe(true);
    expect(maker.asked).toEqual([]);
  });

  test('without a maker that is ready, nothing is waited for', () => {
    const { maker, source } = setUp();
    maker.ready = false;
    expect(source.readAhead(0, 1000)).toBe(true);
    expect(maker.asked).toEqual([]);
  });

  test('what can not be asked for is made on the spot', () => {
    const { maker, source } = setUp();
    maker.most = 0;
    expect(source.readAhead(0, 1000)).toBe(true);
    expect(source.segmentOf(0).firstSeq).toBe(0);
  });

  test('a segment that came and is gone again is not waited for twice', () => {
    const { maker, source } = setUp(1); // the cache keeps the newest alone
    expect(source.readAhead(0, 1000)).toBe(false);
    maker.finish(0);
    maker.finish(1);
    expect(source.readAhead(0, 1000)).toBe(true);
    expect(source.segmentOf(0).firstSeq).toBe(0);
  });

  test('asks for nothing beyond the end of the stream', () => {
    const { maker, source } = setUp();
    expect(source.readAhead(LAST_SEQ - 4, LAST_SEQ + 1)).toBe(false);
    const last = Math.floor(LAST_SEQ / 2);
    expect(maker.asked).toEqual([last - 2, last - 1, last]);
  });
});
