import { encodeSegment, type Segment, segmentSpan } from './segment.ts';
import type { SegmentMemory } from './segment-memory.ts';
import type { Stream } from './stream.ts';

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

/** The segments of all streams, least recently used first to go, bounded in bytes. */
export class SegmentCache {
  readonly #limitBytes: number;
  readonly #memory: SegmentMemory | undefined;
  readonly #segments = new Map<string, Segment>();
  /** The most recently used: mostly it is asked for again, and nothing is to be looked up, or put in order. */
  #newest: { readonly streamId: string; readonly segment: Segment } | undefined;
  #sizeBytes = 0;

  /**
   * @param limitBytes how many bytes of encoded segments are kept; the newest one always is
   * @param memory gets the memory of segments that go. What `segmentOf` gave can then be used only until another segment
   *   comes, but for pieces of it that are held. @default none: it can be used for ever
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
    return this.#segments.has(segmentKey(stream, index));
  }

  /** Keeps segment `index` of a stream, made elsewhere. */
  add(stream: Stream, index: number, segment: Segment): void {
    this.#keep(stream, segmentKey(stream, index), segment);
  }

  #newestOf(stream: Stream, seq: number): Segment | undefined {
    if (this.#newest?.streamId !== stream.id) return undefined;
    const { segment } = this.#newest;
    return segment.firstSeq <= seq && seq < segment.firstSeq + segment.count ? segment : undefined;
  }

  #get(stream: Stream, index: number, span: number): Segment {
    const key = segmentKey(stream, index);
    const segment = this.#segments.get(key) ?? this.#make(stream, index, span);
    this.#keep(stream, key, segment);
    return segment;
  }

  #make(stream: Stream, index: number, span: number): Segment {
    const memory = this.#memory?.take();
    const segment = encodeSegment(stream, index, span, memory);
    if (memory !== undefined && segment.bytes.buffer !== memory) this.#memory?.drop(memory);
    return segment;
  }

  /** Keeps a segment as the most recently used. */
  #keep(stream: Stream, key: string, segment: Segment): void {
    const known = this.#segments.get(key);
    if (known !== undefined) this.#drop(key, known, known !== segment);
    this.#segments.set(key, segment);
    this.#newest = { streamId: stream.id, segment };
    this.#sizeBytes += sizeOf(segment);
    for (const [oldest, old] of this.#segments) {
      if (this.#sizeBytes <= this.#limitBytes || oldest === key) break;
      this.#drop(oldest, old, true);
    }
  }

  #drop(key: string, segment: Segment, forGood: boolean): void {
    this.#segments.delete(key);
    this.#sizeBytes -= sizeOf(segment);
    if (forGood) this.#memory?.drop(segment.bytes.buffer);
  }
}

/** What a segment is known by. */
export function segmentKey(stream: Stream, index: number): string {
  return `${stream.id}/${index}`;
}

/** All arrays of a segment share one piece of memory, and its bytes come last. */
function sizeOf({ bytes }: Segment): number {
  return bytes.byteOffset + bytes.length;
}
