import { encodeSegment, type Segment, segmentSpan } from './segment.ts';
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
  readonly #segments = new Map<string, Segment>();
  #sizeBytes = 0;

  /** @param limitBytes how many bytes of encoded segments are kept; the newest one always is */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  source(stream: Stream): SegmentSource {
    const span = segmentSpan(stream);
    return {
      stream,
      span,
      segmentOf: (seq) => this.#get(stream, Math.floor(seq / span), span),
      readAhead: () => true,
    };
  }

  has(stream: Stream, index: number): boolean {
    return this.#segments.has(segmentKey(stream, index));
  }

  /** Keeps segment `index` of a stream, made elsewhere. */
  add(stream: Stream, index: number, segment: Segment): void {
    this.#keep(segmentKey(stream, index), segment);
  }

  #get(stream: Stream, index: number, span: number): Segment {
    const key = segmentKey(stream, index);
    const segment = this.#segments.get(key) ?? encodeSegment(stream, index, span);
    this.#keep(key, segment);
    return segment;
  }

  /** Keeps a segment as the most recently used. */
  #keep(key: string, segment: Segment): void {
    const known = this.#segments.get(key);
    if (known !== undefined) {
      this.#segments.delete(key);
      this.#sizeBytes -= sizeOf(known);
    }
    this.#segments.set(key, segment);
    this.#sizeBytes += sizeOf(segment);
    for (const [oldest, old] of this.#segments) {
      if (this.#sizeBytes <= this.#limitBytes || oldest === key) break;
      this.#segments.delete(oldest);
      this.#sizeBytes -= sizeOf(old);
    }
  }
}

/** What a segment is known by. */
export function segmentKey(stream: Stream, index: number): string {
  return `${stream.id}/${index}`;
}

/** All arrays of a segment share one piece of memory. */
function sizeOf({ bytes }: Segment): number {
  return bytes.buffer.byteLength;
}
