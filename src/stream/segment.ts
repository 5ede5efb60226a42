import { digestMessage } from './digest.ts';
import { LAST_SEQ, type Stream } from './stream.ts';

/**
 * A segment is a run of consecutive messages, encoded once as ready-to-send WebSocket frames (RFC 6455, section
 * 5.2, unmasked as a server sends them) and shared by every client. Segments of one stream all span the same power
 * of two of messages, about 64 KiB, so that message seq lies in segment floor(seq / span).
 *
 * Prefix sums make any part of it cheap: the frames of messages [a, b) are a slice without a copy, and the CRC-32
 * of their payloads comes from two prefix CRCs.
 */
export interface Segment {
  readonly firstSeq: number;
  readonly count: number;
  readonly frames: Uint8Array;
  /** Where the frame of message i begins; one more entry for the end. */
  readonly frameOffsets: Uint32Array;
  /** Payload bytes of the messages before i. */
  readonly payloadBytes: Uint32Array;
  /** CRC-32 of the messages before i, as digested (see `digestSize`). */
  readonly crcs: Uint32Array;
}

const TARGET_BYTES = 65_536;
const MAXIMUM_SPAN = 4096;

/** How many messages a segment of this stream spans: a power of two. */
export function segmentSpan(stream: Stream): number {
  const sizeBytes = frameSize(stream.message(0).length);
  let span = 1;
  while (span < MAXIMUM_SPAN && 2 * span * sizeBytes <= TARGET_BYTES) span *= 2;
  return span;
}

/** Encodes segment `index` of a stream: `span` messages, or fewer at the very end of the stream. */
export function encodeSegment(stream: Stream, index: number, span: number): Segment {
  const firstSeq = index * span;
  const count = Math.min(span, LAST_SEQ - firstSeq + 1);
  const payloads = Array.from({ length: count }, (_, offset) => stream.message(firstSeq + offset));
  const frames = new Uint8Array(payloads.reduce((sum, payload) => sum + frameSize(payload.length), 0));
  const frameOffsets = new Uint32Array(count + 1);
  const payloadBytes = new Uint32Array(count + 1);
  const crcs = new Uint32Array(count + 1);
  let offset = 0;
  for (const [i, payload] of payloads.entries()) {
    offset = writeFrame(frames, offset, payload, stream.text);
    frameOffsets[i + 1] = offset;
    payloadBytes[i + 1] = (payloadBytes[i] ?? 0) + payload.length;
    crcs[i + 1] = digestMessage(payload, stream.text, crcs[i]);
  }
  return { firstSeq, count, frames, frameOffsets, payloadBytes, crcs };
}

function frameSize(payloadBytes: number): number {
  return payloadBytes + (payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10);
}

function writeFrame(frames: Uint8Array, start: number, payload: Uint8Array, text: boolean): number {
  const { length } = payload;
  let offset = start;
  frames[offset++] = text ? 0x81 : 0x82; // FIN, and the opcode
  if (length < 126) {
    frames[offset++] = length;
  } else if (length < 65_536) {
    frames[offset++] = 126;
    frames[offset++] = length >>> 8;
    frames[offset++] = length & 0xff;
  } else {
    frames[offset++] = 127;
    new DataView(frames.buffer).setBigUint64(offset, BigInt(length));
    offset += 8;
  }
  frames.set(payload, offset);
  return offset + length;
}
