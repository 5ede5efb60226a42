import { LAST_SEQ, type Stream } from '../stream.ts';
import { type EncodedMessages, encodedMessages } from './encoded-messages.ts';

/**
 * A segment is a run of consecutive messages, encoded once as ready-to-send WebSocket frames and shared by every
 * client. Segments of one stream all span the same power of two of messages, about 64 KiB, so that message seq
 * lies in segment floor(seq / span).
 *
 * Prefix sums make any part of it cheap: the frames of messages [a, b) are a slice without a copy, and the CRC-32 of
 * most of their payloads comes from two CRCs (see checkpoint.ts).
 */
export interface Segment extends EncodedMessages {
  readonly firstSeq: number;
}

const TARGET_BYTES = 65_536;
const MAXIMUM_SPAN = 4096;

const firstSizes = new WeakMap<Stream, number>();

/** Bytes of the frame of a stream's first message, which is made for it once: it may have megabytes. */
export function firstFrameSize(stream: Stream): number {
  const known = firstSizes.get(stream);
  if (known !== undefined) return known;
  const sizeBytes = frameSize(stream.message(0).length);
  firstSizes.set(stream, sizeBytes);
  return sizeBytes;
}

/** How many messages a segment of this stream spans: a power of two. */
export function segmentSpan(stream: Stream): number {
  const sizeBytes = firstFrameSize(stream);
  let span = 1;
  // The power of two that comes nearest: twice as much would be further above than this is below.
  while (span < MAXIMUM_SPAN && 2 * span * span * sizeBytes * sizeBytes <= TARGET_BYTES * TARGET_BYTES)
    span *= 2;
  return span;
}

/**
 * Encodes segment `index` of a stream: `span` messages, or fewer at the very end of the stream.
 *
 * @param memory is written over and has the segment then, if it fits. @default new memory
 */
export function encodeSegment(stream: Stream, index: number, span: number, memory?: Uint8Array): Segment {
  const { firstSeq, count } = segmentRange(index, span);
  return { firstSeq, ...stream.encode(firstSeq, count, 'frames', memory) };
}

/** Segment `index` that was encoded into this memory, perhaps by another thread, and ends with it. */
export function segmentIn(memory: Uint8Array, index: number, span: number): Segment {
  const { firstSeq, count } = segmentRange(index, span);
  return { firstSeq, ...encodedMessages(memory, count, 'frames') };
}

function segmentRange(index: number, span: number): { firstSeq: number; count: number } {
  const firstSeq = index * span;
  return { firstSeq, count: Math.min(span, LAST_SEQ - firstSeq + 1) };
}

/** Bytes of the frame of a payload. */
function frameSize(payloadBytes: number): number {
  return payloadBytes + (payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10);
}
