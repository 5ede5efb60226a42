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
   * Says that messages [from, before) will be wanted soon, for those who can have them made meanwhile.
   *
   * @returns false to ask for `from` later, when its segment has come
   */
  readAhead(from: number, before: number): boolean;
}

/** A series of which segments are kept. */
interface KeptSeries {
  readonly series: SegmentSeries;
  /** By index. */
  readonly segments: Map<number, Kept>;
}

/** A segment that is kept. */
interface Kept {
  /** Of its series. */
  readonly key: string;
  readonly index: number;
  readonly segment: Segment;
  /** Made or asked for since it was last passed over. */
  used: boolean;
}

/**
 * The segments of all streams, bounded in bytes. When there are too many, they are gone through in turns: one that was
 * made or asked for since its last turn is passed over, and one that was not goes. To put each in order whenever it is asked
 * for would take longer than to send it.
 */
export class SegmentCache {
  readonly #limitBytes: number;
  readonly #memory: SegmentMemory | undefined;
  /** By their keys. */
  readonly #series = new Map<string, KeptSeries>();
  /** The next to be looked at comes first. */
  readonly #turns = new Set<Kept>();
  /** What was asked for last: mostly it is asked for again, and nothing is to be looked up. It never goes. */
  #newest: Kept | undefined;
  #sizeBytes = 0;

  /**
   * @param limitBytes how many bytes of encoded segments are kept; the newest one always is
   * @param memory has the segments. What `segmentOf` gave can then be used only until another segment comes, but for what
   *   was taken from it, which is held. @default none: it can be used for ever
   */
  constructor(limitBytes: number, memory?: SegmentMemory) {
    this.#limitBytes = limitBytes;
    this.#memory = memory;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * A source of the stream's segments, which all who ask for the same stream share while any of them is kept.
   *
   * @throws StreamError if the stream's messages are binary, and the framing has text alone
   */
  source(stream: Stream, framing: Framing): SegmentSource {
    const { series = segmentSeries(stream, framing) } = this.#series.get(seriesKey(stream, framing)) ?? {};
    return {
      stream: series.stream,
      series,
      segmentOf: (seq) => this.#newestOf(series, seq) ?? this.#get(series, Math.floor(seq / series.span)),
      readAhead: () => true,
    };
  }

  has(series: SegmentSeries, index: number): boolean {
    return this.#find(series, index) !== undefined;
  }

  /**
   * Memory to make a segment in, for which others go; undefined if all is held, or there is none: memory is then got as any
   * other is. New memory in its place would be twice as much until the collector comes.
   */
  takePiece(): Piece | undefined {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    this.#dropUntil(() => memory.hasSpare);
    return memory.take();
  }

  /** Keeps segment `index` of a series, made elsewhere. */
  add(series: SegmentSeries, index: number, segment: Segment): void {
    const known = this.#find(series, index);
    if (known !== undefined) this.#drop(known);
    this.#keep(series, index, segment);
  }

  #newestOf(series: SegmentSeries, seq: number): Segment | undefined {
    if (this.#newest?.key !== series.key) return undefined;
    const { segment } = this.#newest;
    return segment.firstSeq <= seq && seq < segment.end ? segment : undefined;
  }

  #find(series: SegmentSeries, index: number): Kept | undefined {
    return this.#series.get(series.key)?.segments.get(index);
  }

  #get(series: SegmentSeries, index: number): Segment {
    const known = this.#find(series, index);
    if (known === undefined) return this.#keep(series, index, encodeSegment(series, index, this.takePiece()));
    known.used = true;
    this.#newest = known;
    return known.segment;
  }

  #keep(series: SegmentSeries, index: number, segment: Segment): Segment {
    const kept = { key: series.key, index, segment, used: true };
    const keptSeries = this.#series.get(series.key) ?? { series, segments: new Map<number, Kept>() };
    keptSeries.segments.set(index, kept);
    this.#series.set(series.key, keptSeries);
    this.#turns.add(kept);
    this.#sizeBytes += encodedSize(segment);
    this.#newest = kept;
    this.#dropUntil(() => this.#sizeBytes <= this.#limitBytes);
    return segment;
  }

  /** Has segments go until it is enough, or there is none but the newest. */
  #dropUntil(enough: () => boolean): void {
    for (const kept of this.#turns) {
      if (this.#turns.size === 1 || enough()) return;
      if (kept.used || kept === this.#newest) {
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
