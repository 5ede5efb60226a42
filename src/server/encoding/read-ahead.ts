import type { Segment } from '../../stream/segment/segment.ts';
import type { SegmentCache, SegmentSource } from '../../stream/segment/segment-cache.ts';
import type { SegmentSeries } from '../../stream/segment/segment-series.ts';
import type { Stream } from '../../stream/stream.ts';

/** The sender of the segments. */
export interface SegmentReader {
  /** Called when frames encoded elsewhere may have arrived, so that it is worth calling `readAhead` again. */
  framesMade(): void;
}

/** Encodes segments elsewhere, as `EncoderPool` does. */
export interface SegmentMaker {
  /** Whether it can take requests. */
  readonly ready: boolean;
  /** How many segments of roughly this size can be requested now. */
  room(segmentBytes: number): number;
  /** Requests segments, which go into the cache; those already under way are skipped. There must be room for them. */
  make(series: SegmentSeries, indices: readonly number[]): void;
  /** Calls back when a segment under way has arrived, or never will. Returns false if it is not under way. */
  whenMade(series: SegmentSeries, index: number, callback: () => void): boolean;
}

/**
 * How far one client's segments are made ahead, in segments and in bytes. With less, threads wait for requests; with more,
 * the segments would evict what other clients need.
 */
const MOST_AHEAD = 32;
const MOST_AHEAD_BYTES = 8_388_608;
/** A client is fast if it needs this many segments soon. */
const FAST_SEGMENTS = 2;

/**
 * Has the segments of a fast client made ahead by other threads. Those of a slow client are made when they are needed, which
 * costs less than handing them over.
 */
export class ReadAhead implements SegmentSource {
  readonly series: SegmentSeries;
  readonly #cache: SegmentCache;
  readonly #maker: SegmentMaker;
  #reader: SegmentReader | undefined;
  readonly #ahead: number;
  /** All segments up to this index were requested, or were in the cache. */
  #askedFor = -1;

  /** @param cache returns the segments that it has, and makes those that are missing */
  constructor(series: SegmentSeries, cache: SegmentCache, maker: SegmentMaker) {
    this.series = series;
    this.#cache = cache;
    this.#maker = maker;
    const most = Math.floor(MOST_AHEAD_BYTES / this.series.segmentBytes);
    this.#ahead = Math.max(FAST_SEGMENTS, Math.min(MOST_AHEAD, most));
  }

  /** Sets the listener for segments that arrive. */
  belongTo(reader: SegmentReader): void {
    this.#reader = reader;
  }

  get stream(): Stream {
    return this.series.stream;
  }

  segmentOf(seq: number): Segment {
    return this.#cache.segmentOf(this.series, seq);
  }

  readAhead(from: number, before: number): boolean {
    const { span } = this.series;
    const first = Math.floor(from / span);
    const last = Math.min(Math.floor((before - 1) / span), first + this.#ahead);
    if (last - first < FAST_SEGMENTS || !this.#maker.ready) return true;
    // More are requested in one go, once half of these are used up.
    if (last > this.#askedFor && first + this.#ahead / 2 >= this.#askedFor) this.#ask(first, last);
    return !this.#maker.whenMade(this.series, first, () => this.#reader?.framesMade());
  }

  /** Requests each segment once: one that is evicted before its use is made where it is needed. */
  #ask(first: number, last: number): void {
    const missing: number[] = [];
    const room = this.#maker.room(this.series.segmentBytes);
    let index = Math.max(first, this.#askedFor + 1);
    for (; index <= last && missing.length < room; index++) {
      if (!this.#cache.has(this.series, index)) missing.push(index);
    }
    this.#askedFor = index - 1;
    if (missing.length > 0) this.#maker.make(this.series, missing);
  }
}
