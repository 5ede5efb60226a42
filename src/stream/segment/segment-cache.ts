import type { Stream } from '../stream.ts';
import { encodedSize } from './encoded-messages.ts';
import { encodeSegment, type Segment, segmentSpan } from './segment.ts';
import type { Piece, SegmentMemory } from './segment-memory.ts';

/** One stream's segments, made on demand. */
export interface SegmentSource {
  readonly stream: Stream;
  /** Messages a segment spans. */
  readonly span: number;
  /** The segment that holds message `seq`. */
  segmentOf(seq: number): Segment;
  /**
   * Says that messages [from, before) will be wanted soon, for those who can have them made meanwhile.
   *
   * @returns false to ask for `from` later, when its segment has come
   */
  readAhead(from: number, before: number): boolean;
}

/** A segment that is kept. */
interface Kept {
  readonly streamId: string;
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
  /** By the ids of streams, and by index. */
  readonly #streams = new Map<string, Map<number, Kept>>();
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

  source(stream: Stream): SegmentSource {
    const span = segmentSpan(stream);
    return {
      stream,
      span,
      segmentOf: (seq) => this.#newestOf(stream, seq) ?? this.#get(stream, Math.floor(seq / span), span),
      readAhead: () => true,
    };
  }

  has(stream: Stream, index: number): boolean {
    return this.#find(stream, index) !== undefined;
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

  /** Keeps segment `index` of a stream, made elsewhere. */
  add(stream: Stream, index: number, segment: Segment): void {
    const known = this.#find(stream, index);
    if (known !== undefined) this.#drop(known);
    this.#keep(stream, index, segment);
  }

  #newestOf(stream: Stream, seq: number): Segment | undefined {
    if (this.#newest?.streamId !== stream.id) return undefined;
    const { segment } = this.#newest;
    return segment.firstSeq <= seq && seq < segment.end ? segment : undefined;
  }

  #find(stream: Stream, index: number): Kept | undefined {
    return this.#streams.get(stream.id)?.get(index);
  }

  #get(stream: Stream, index: number, span: number): Segment {
    const known = this.#find(stream, index);
    if (known === undefined)
      return this.#keep(stream, index, encodeSegment(stream, index, span, this.takePiece()));
    known.used = true;
    this.#newest = known;
    return known.segment;
  }

  #keep(stream: Stream, index: number, segment: Segment): Segment {
    const kept = { streamId: stream.id, index, segment, used: true };
    const ofStream = this.#streams.get(stream.id) ?? new Map<number, Kept>();
    this.#streams.set(stream.id, ofStream.set(index, kept));
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
    const { streamId, index, segment } = kept;
    const ofStream = this.#streams.get(streamId);
    ofStream?.delete(index);
    if (ofStream?.size === 0) this.#streams.delete(streamId);
    this.#turns.delete(kept);
    this.#sizeBytes -= encodedSize(segment);
    segment.drop();
  }
}
