import { describe, expect, test } from 'vitest';
import { ReadAhead, type SegmentMaker } from '../../src/server/read-ahead.ts';
import { encodeSegment } from '../../src/stream/segment.ts';
import { SegmentCache } from '../../src/stream/segment-cache.ts';
import { LAST_SEQ, openStream, type Stream } from '../../src/stream/stream.ts';

const STREAM = openStream('bytes?size=30000'); // a segment spans two messages

/** A maker that makes a segment when it is told to. */
class Maker implements SegmentMaker {
  ready = true;
  full = false;
  readonly asked: number[] = [];
  readonly #cache: SegmentCache;
  readonly #making = new Map<number, (() => void)[]>();

  constructor(cache: SegmentCache) {
    this.#cache = cache;
  }

  make(_: Stream, indices: readonly number[]): boolean {
    if (this.full) return false;
    for (const index of indices.filter((each) => !this.#making.has(each))) {
      this.asked.push(index);
      this.#making.set(index, []);
    }
    return true;
  }

  whenMade(_: Stream, index: number, callback: () => void): boolean {
    this.#making.get(index)?.push(callback);
    return this.#making.has(index);
  }

  finish(index: number): void {
    const callbacks = this.#making.get(index) ?? [];
    this.#making.delete(index);
    this.#cache.add(STREAM, index, encodeSegment(STREAM, index, 2));
    for (const callback of callbacks) callback();
  }
}

function setUp(cacheBytes = 10_000_000) {
  const cache = new SegmentCache(cacheBytes);
  const maker = new Maker(cache);
  let arrivals = 0;
  const source = new ReadAhead(STREAM, cache, maker, () => {
    arrivals++;
  });
  return { cache, maker, source, arrivals: () => arrivals };
}

describe('ReadAhead', () => {
  test('asks for what a fast client needs soon, the first first, and for no more than 32 ahead', () => {
    const { maker, source } = setUp();
    expect(source.readAhead(5, 1000)).toBe(false);
    expect(maker.asked).toEqual(Array.from({ length: 33 }, (_, i) => 2 + i));
    expect(source.readAhead(5, 1000)).toBe(false);
    expect(maker.asked).toHaveLength(33);
  });

  test('asks again, for several together, when half of them are left', () => {
    const { maker, source } = setUp();
    source.readAhead(0, 1000);
    for (let index = 0; index <= 16; index++) maker.finish(index);
    source.readAhead(2 * 15, 1000);
    expect(maker.asked).toHaveLength(33);
    source.readAhead(2 * 16, 1000);
    expect(maker.asked).toHaveLength(49);
  });

  test('is ahead by fewer segments of large messages', () => {
    const { cache, maker } = setUp();
    const large = openStream('bytes?size=1000000');
    new ReadAhead(large, cache, maker, () => {}).readAhead(0, 1000);
    expect(maker.asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
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
    expect(source.segmentOf(2)).toEqual({ ...encodeSegment(STREAM, 1, 2) });
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
    maker.full = true;
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
