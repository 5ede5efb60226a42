import { firstFrameSize, type Segment } from '../stream/segment.ts';
import type { SegmentCache, SegmentSource } from '../stream/segment-cache.ts';
import type { Stream } from '../stream/stream.ts';

/** What has segments made by others: `EncoderPool`. */
export interface SegmentMaker {
  /** Whether segments can be asked for now. */
  readonly ready: boolean;
  /**
   * Has segments made into the cache that are not being made yet.
   *
   * @returns false if they would be too many, and some were left out
   */
  make(stream: Stream, indices: readonly number[], span: number): boolean;
  /** Calls back when a segment that is being made has come, or will not come; false if it is not being made. */
  whenMade(stream: Stream, index: number, callback: () => void): boolean;
}

/**
 * How many segments one client may be ahead, and how many bytes of them: with fewer, threads wait for the event loop to ask
 * them, and with more, what is made would push out of the cache what others need.
 */
const SEGMENTS_AHEAD = 32;
const AHEAD_BYTES = 8_388_608;
/** How many segments a client must need soon to be called fast. */
const FAST_SEGMENTS = 2;

/**
 * One client's segments, made ahead of it by other threads if it is so fast that it needs several of them soon. A
 * slower client's are made when it needs them: that costs less than to hand them over.
 */
export class ReadAhead implements SegmentSource {
  readonly stream: Stream;
  readonly span: number;
  readonly #cached: SegmentSource;
  readonly #cache: SegmentCache;
  readonly #maker: SegmentMaker;
  readonly #arrived: () => void;
  readonly #ahead: number;
  #waitedFor: number | undefined;
  /** All segments up to here have been asked for, or were there. */
  #askedFor = -1;

  /** @param arrived called when it may be worth it to ask again */
  constructor(stream: Stream, cache: SegmentCache, maker: SegmentMaker, arrived: () => void) {
    this.#cached = cache.source(stream);
    this.stream = stream;
    this.span = this.#cached.span;
    this.#cache = cache;
    this.#maker = maker;
    this.#arrived = arrived;
    const most = Math.floor(AHEAD_BYTES / (this.span * firstFrameSize(stream)));
    this.#ahead = Math.max(FAST_SEGMENTS, Math.min(SEGMENTS_AHEAD, most));
  }

  segmentOf(seq: number): Segment {
    return this.#cached.segmentOf(seq);
  }

  readAhead(from: number, before: number): boolean {
    const first = Math.floor(from / this.span);
    const last = Math.min(Math.floor((before - 1) / this.span), first + this.#ahead);
    if (last - first < FAST_SEGMENTS || !this.#maker.ready) return true;
    // More are asked for, together, when half of them are left.
    if (last > this.#askedFor && first + this.#ahead / 2 >= this.#askedFor) this.#ask(first, last);
    if (!this.#maker.whenMade(this.stream, first, this.#arrived)) return true;
    this.#waitedFor = first;
    return false;
  }

  #ask(first: number, last: number): void {
    const missing: number[] = [];
    for (let index = Math.max(first, this.#askedFor + 1); index <= last; index++) {
      // What has been waited for once, and is gone again, is not waited for twice.
      if (index !== this.#waitedFor && !this.#cache.has(this.stream, index)) missing.push(index);
    }
    if (missing.length === 0 || this.#maker.make(this.stream, missing, this.span)) this.#askedFor = last;
  }
}
