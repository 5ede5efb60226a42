import type { Stream } from '../stream.ts';
import { encodedSize } from './encoded-messages.ts';
import type { Framing } from './framing.ts';
import { encodeSegment, type Segment } from './segment.ts';
import type { Piece, SegmentMemory } from './segment-memory.ts';
import { type SegmentSeries, segmentSeries, seriesKey } from './segment-series.ts';

/** One stream's segments in one framing, made on demand. */
export interface SegmentSource {
  readonly stream: Stream;
  readonly series: SegmentSeries;
  /** The segment that holds message `seq`. */
  segmentOf(seq: number): Segment;
  /**
   * Announces that messages [from, before) will be wanted soon, so that they can be made meanwhile.
   *
   * @returns false if the caller should ask for `from` again once its segment has come
   */
  readAhead(from: number, before: number): boolean;
}

/** A series with cached segments. */
interface KeptSeries {
  readonly series: SegmentSeries;
  /** By index. */
  readonly segments: Map<number, Kept>;
}

/** A cached segment. */
interface Kept {
  /** The key of its series. */
  readonly key: string;
  readonly index: number;
  readonly segment: Segment;
  /** Whether it was made or asked for since the hand last passed it. */
  used: boolean;
}

/**
 * The segments of all streams, bounded in bytes. Eviction is second-chance (CLOCK): an entry used since the hand last
 * passed it survives, others are evicted. A strict order of last use would cost more on each request than sending the
 * segment.
 */
export class SegmentCache {
  readonly #limitBytes: number;
  readonly #memory: SegmentMemory | undefined;
  /** By their keys. */
  readonly #series = new Map<string, KeptSeries>();
  /** In the order in which the hand passes them. */
  readonly #turns = new Set<Kept>();
  #sizeBytes = 0;
  #hits = 0;
  #misses = 0;

  /**
   * @param limitBytes how many bytes of encoded segments are kept; the newest one always is
   * @param memory to hold the segments. A segment is then valid only until another one comes; slices taken from it are
   *   held longer. @default none: a segment is valid for ever
   */
  constructor(limitBytes: number, memory?: SegmentMemory) {
    this.#limitBytes = limitBytes;
    this.#memory = memory;
  }

  /** How often a segment that was asked for was there. */
  get hits(): number {
    return this.#hits;
  }

  /** How often a segment that was asked for had to be made. */
  get misses(): number {
    return this.#misses;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * The series of the stream's segments. All who ask for one stream share it, and the stream, while any of them is cached.
   *
   * @throws StreamError if the stream's messages are binary, and the framing has text alone
   */
  series(stream: Stream, framing: Framing): SegmentSeries {
    return this.#series.get(seriesKey(stream, framing))?.series ?? segmentSeries(stream, framing);
  }

  /** The segment of a series that holds message `seq`. */
  segmentOf(series: SegmentSeries, seq: number): Segment {
    return this.#get(series, Math.floor(seq / series.span));
  }

  /** A source of the stream's segments that has none made ahead. */
  source(asked: Stream, framing: Framing): SegmentSource {
    const series = this.series(asked, framing);
    const { stream } = series;
    return { stream, series, segmentOf: (seq) => this.segmentOf(series, seq), readAhead: () => true };
  }

  has(series: SegmentSeries, index: number): boolean {
    return this.#find(series, index) !== undefined;
  }

  /**
   * Memory for a new segment, made free by evicting others. Undefined if all of it is held, or there is none: then the
   * caller allocates. Allocating instead of evicting would take twice as much until the collector runs.
   */
  takePiece(): Piece | undefined {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    this.#dropUntil(() => memory.hasSpare);
    return memory.take();
  }

  /** Caches segment `index` of a series, which was made elsewhere. */
  add(series: SegmentSeries, index: number, segment: Segment): void {
    const known = this.#find(series, index);
    if (known !== undefined) this.#drop(known);
    this.#keep(series, index, segment);
  }

  #find(series: SegmentSeries, index: number): Kept | undefined {
    return this.#series.get(series.key)?.segments.get(index);
  }

  #get(series: SegmentSeries, index: number): Segment {
    const known = this.#find(series, index);
    if (known === undefined) {
      this.#misses++;
      return this.#keep(series, index, encodeSegment(series, index, this.takePiece()));
    }
    this.#hits++;
    known.used = true;
    return known.segment;
  }

  #keep(series: SegmentSeries, index: number, segment: Segment): Segment {
    const kept = { key: series.key, index, segment, used: true };
    const keptSeries = this.#series.get(series.key) ?? { series, segments: new Map<number, Kept>() };
    keptSeries.segments.set(index, kept);
    this.#series.set(series.key, keptSeries);
    this.#turns.add(kept);
    this.#sizeBytes += encodedSize(segment);
    this.#dropUntil(() => this.#sizeBytes <= this.#limitBytes);
    return segment;
  }

  /** Evicts until `enough`, or until only one is left: in `#keep` the newest, which the hand passes last. */
  #dropUntil(enough: () => boolean): void {
    for (const kept of this.#turns) {
      if (this.#turns.size === 1 || enough()) return;
      if (kept.used) {
        kept.used = false;
        this.#turns.delete(kept);
        this.#turns.add(kept); // the loop comes to it again
      } else {
        this.#drop(kept);
      }
    }
  }

  #drop(kept: Kept): void {
    const { key, index, segment } = kept;
    const segments = this.#series.get(key)?.segments;
    segments?.delete(index);
    if (segments?.size === 0) this.#series.delete(key);
    this.#turns.delete(kept);
    this.#sizeBytes -= encodedSize(segment);
    segment.drop();
  }
}
