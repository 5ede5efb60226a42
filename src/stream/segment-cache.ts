import { encodeSegment, type Segment, segmentSpan } from './segment.ts';
import type { Stream } from './stream.ts';

/** One stream's segments, made on demand. */
export interface SegmentSource {
  readonly stream: Stream;
  /** Messages a segment spans. */
  readonly span: number;
  /** The segment that holds message `seq`. */
  segmentOf(seq: number): Segment;
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
    return { stream, span, segmentOf: (seq) => this.#get(stream, Math.floor(seq / span), span) };
  }

  #get(stream: Stream, index: number, span: number): Segment {
    const key = `${stream.id}/${index}`;
    const segment = this.#segments.get(key) ?? encodeSegment(stream, index, span);
    if (this.#segments.delete(key) === false) this.#sizeBytes += sizeOf(segment);
    this.#segments.set(key, segment); // now the most recently used
    for (const [oldest, old] of this.#segments) {
      if (this.#sizeBytes <= this.#limitBytes || oldest === key) break;
      this.#segments.delete(oldest);
      this.#sizeBytes -= sizeOf(old);
    }
    return segment;
  }
}

/** All arrays of a segment share one piece of memory. */
function sizeOf({ bytes }: Segment): number {
  return bytes.buffer.byteLength;
}
