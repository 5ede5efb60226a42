import { LAST_SEQ, type Stream } from '../stream.ts';
import { checkFraming, type Framing, framedSize } from './framing.ts';

const TARGET_BYTES = 65_536;
const MAXIMUM_SPAN = 4096;

/**
 * All segments of a stream in one framing. Each spans the same power of two of messages, about 64 KiB, so that message seq
 * lies in segment floor(seq / span).
 */
export interface SegmentSeries {
  readonly stream: Stream;
  readonly framing: Framing;
  /** Messages in a segment. */
  readonly span: number;
  /** The approximate size of a segment. */
  readonly segmentBytes: number;
  /** Identifies the series. */
  readonly key: string;
}

/**
 * The segments of a stream in a framing. This makes the stream's first message, which may have megabytes.
 *
 * @throws StreamError if the messages are binary, and the framing has text alone
 */
export function segmentSeries(stream: Stream, framing: Framing): SegmentSeries {
  checkFraming(framing, stream.text);
  const sizeBytes = framedSize(framing, stream.message(0).length, 0, stream.text);
  let span = 1;
  // The power of two that comes nearest: twice as much would be further above than this is below.
  while (span < MAXIMUM_SPAN && 2 * span * span * sizeBytes * sizeBytes <= TARGET_BYTES * TARGET_BYTES)
    span *= 2;
  return { stream, framing, span, segmentBytes: span * sizeBytes, key: seriesKey(stream, framing) };
}

/** The key of the series of a stream in a framing. */
export function seriesKey(stream: Stream, framing: Framing): string {
  return `${stream.id} ${framing}`;
}

/** The messages of segment `index`: a full span, or fewer at the very end of the stream. */
export function segmentRange({ span }: SegmentSeries, index: number): { firstSeq: number; count: number } {
  const firstSeq = index * span;
  return { firstSeq, count: Math.min(span, LAST_SEQ - firstSeq + 1) };
}
