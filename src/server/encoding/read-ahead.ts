import type { Segment } from '../../stream/segment/segment.ts';
import type { SegmentCache, SegmentSource } from '../../stream/segment/segment-cache.ts';
import type { SegmentSeries } from '../../stream/segment/segment-series.ts';
import type { Stream } from '../../stream/stream.ts';

/** What has segments made by others: `EncoderPool`. */
export interface SegmentMaker {
  /** Whether there is one, now. */
  readonly ready: boolean;
  /** How many segments of about so many bytes can be asked for now. */
  room(segmentBytes: number): number;
  /** Has segments made into the cache, but those that are being made already. There must be room for them. */
  make(series: SegmentSeries, indices: readonly number[]): void;
  /** Calls back when a segment that is being made has come, or will not come; false if it is not being made. */
  whenMade(series: SegmentSeries, index: number, callback: () => void): boolean;
}

/**
 * How many segments one client may be ahead at the most, and how many bytes of them: with fewer, threads wait for the
 * event loop to ask them, and with more, what is made would push out of the cache what others need.
 */
const MOST_AHEAD = 128;
const MOST_AHEAD_BYTES = 16_777_216;
/** What a client begins with, and goes back to when it has lost some, and by how much more it goes on each time: parts of the most. */
const FIRST_PART = 1 / 8;
const MORE_PART = 1 / 32;
/** How many segments a client must need soon to be called fast. */
const FAST_SEGMENTS = 2;

/**
 * One client's segments, made ahead of it by other threads if it is so fast that it needs several of them soon. A
 * slower client's are made when it needs them: that costs less than to hand them over.
 */
export class ReadAhead implements SegmentSource {
  readonly stream: Stream;
  readonly series: SegmentSeries;
  readonly #cached: SegmentSource;
  readonly #cache: SegmentCache;
  readonly #maker: SegmentMaker;
  #arrived: () => void = () => {};
  readonly #mostAhead: number;
  readonly #firstAhead: number;
  #ahead: number;
  #waitedFor: number | undefined;
  /** All segments up to here have been asked for, or were there. */
  #askedFor = -1;

  /** @param cached gives the segments that are in the cache, and makes the others */
  constructor(cached: SegmentSource, cache: SegmentCache, maker: SegmentMaker) {
    this.#cached = cached;
    this.stream = cached.stream;
    this.series = cached.series;
    this.#cache = cache;
    this.#maker = maker;
    const most = Math.floor(MOST_AHEAD_BYTES / this.series.segmentBytes);
    this.#mostAhead = Math.max(FAST_SEGMENTS, Math.min(MOST_AHEAD, most));
    this.#firstAhead = Math.max(FAST_SEGMENTS, Math.floor(this.#mostAhead * FIRST_PART));
    this.#ahead = this.#firstAhead;
  }

  /** Calls back when it may be worth it to ask again. */
  whenArrived(callback: () => void): void {
    this.#arrived = callback;
  }

  segmentOf(seq: number): Segment {
    return this.#cached.segmentOf(seq);
  }

  readAhead(from: number, before: number): boolean {
    const { span } = this.series;
    const first = Math.floor(from / span);
    const last = Math.min(Math.floor((before - 1) / span), first + this.#ahead);
    if (last - first < FAST_SEGMENTS || !this.#maker.ready) return true;
    // More are asked for, together, when half of them are left.
    if (last > this.#askedFor && first + this.#ahead / 2 >= this.#askedFor) this.#ask(first, last);
    if (this.#maker.whenMade(this.series, first, this.#arrived)) {
      this.#waitedFor = first;
      return false;
    }
    // It was asked for too early: others have pushed it out.
    if (first <= this.#askedFor && !this.#cache.has(this.series, first)) this.#ahead = this.#firstAhead;
    return true;
  }

  #ask(first: number, last: number): void {
    const missing: number[] = [];
    const room = this.#maker.room(this.series.segmentBytes);
    let index = Math.max(first, this.#askedFor + 1);
    for (; index <= last && missing.length < room; index++) {
      // What has been waited for once, and is gone again, is not waited for twice.
      if (index !== this.#waitedFor && !this.#cache.has(this.series, index)) missing.push(index);
    }
    this.#askedFor = index - 1;
    if (missing.length === 0) return;
    this.#maker.make(this.series, missing);
    this.#ahead = Math.min(this.#mostAhead, this.#ahead + Math.ceil(this.#mostAhead * MORE_PART));
  }
}
