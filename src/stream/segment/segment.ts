import { LAST_SEQ, type Stream } from '../stream.ts';
import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import { type EncodedMessages, encodedMessages } from './encoded-messages.ts';
import type { Hold, Piece } from './segment-memory.ts';

const TARGET_BYTES = 65_536;
const MAXIMUM_SPAN = 4096;
/** CRC-32s that a segment remembers, so that they take less memory than what they are of. */
const MOST_KNOWN_CRCS = 64;

/** Consecutive messages of one segment, to be written as they are. */
export interface TakenMessages {
  readonly bytes: Uint8Array;
  /** The seq behind the last of them. */
  readonly end: number;
  /**
   * To be released when `bytes` are not read any more: another segment may be made in their place from then on. Undefined
   * where they lie in memory of their own, and nothing is to be released.
   */
  readonly hold: Hold | undefined;
}

/**
 * A run of consecutive messages, encoded once as ready-to-send WebSocket frames and shared by every client. Segments of
 * one stream all span the same power of two of messages, about 64 KiB, so that message seq lies in segment
 * floor(seq / span).
 *
 * Prefix sums make any part of it cheap: messages [a, b) are a slice without a copy, and the CRC-32 of most of their
 * payloads comes from two CRCs (see checkpoint.ts).
 */
export class Segment implements EncodedMessages {
  readonly firstSeq: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  readonly payloadBytes: Uint32Array;
  readonly crcs: Uint32Array;
  readonly #stream: Stream;
  readonly #piece: Piece | undefined;
  /**
   * CRC-32s of its first messages, by their number. Blocks join, so where one ended is where the next begins; and clients
   * that take blocks of one size ask for the same ones.
   */
  #knownCrcs: Map<number, number> | undefined;
  #lastKnown = 0;

  /** @param piece what the messages lie in, which is the segment's until it is dropped. @default memory of their own */
  constructor(stream: Stream, firstSeq: number, messages: EncodedMessages, piece?: Piece) {
    this.firstSeq = firstSeq;
    this.count = messages.count;
    this.bytes = messages.bytes;
    this.offsets = messages.offsets;
    this.payloadBytes = messages.payloadBytes;
    this.crcs = messages.crcs;
    this.#stream = stream;
    this.#piece = piece;
  }

  /** The seq behind its last message. */
  get end(): number {
    return this.firstSeq + this.count;
  }

  /**
   * Messages from `from` on, and before `before` and the end of the segment: at least one, and else about `mostBytes`.
   * They are held.
   */
  take(from: number, before: number, mostBytes: number): TakenMessages {
    const { firstSeq, offsets, bytes } = this;
    const start = from - firstSeq;
    const whole = Math.min(before - firstSeq, this.count);
    const limit = (offsets[start] ?? 0) + mostBytes;
    let end = whole;
    while (end > start + 1 && (offsets[end] ?? 0) > limit) end--;
    const all = start === 0 && end === this.count;
    return {
      bytes: all ? bytes : bytes.subarray(offsets[start], offsets[end]),
      end: firstSeq + end,
      hold: this.#piece?.hold(),
    };
  }

  /** Payload bytes of its first `count` messages. */
  prefixBytes(count: number): number {
    const bytes = this.payloadBytes[count];
    if (bytes === undefined) throw new RangeError(`no ${count} messages in this segment`);
    return bytes;
  }

  /**
   * The CRC-32 of its first `count` messages, as digested: from those at the last checkpoint, or of what was asked for last
   * if that is nearer, and the messages behind it.
   */
  prefixCrc32(count: number): number {
    const { crcs, bytes, offsets } = this;
    if (count === this.count) return crcs.at(-1) ?? 0;
    const checkpoint = Math.floor(count / CHECKPOINT_MESSAGES);
    let from = checkpoint * CHECKPOINT_MESSAGES;
    let crc = crcs[checkpoint] ?? 0;
    if (from === count) return crc;
    this.#knownCrcs ??= new Map();
    const known = this.#knownCrcs;
    const found = known.get(count);
    if (found !== undefined) return found;
    const last = known.get(this.#lastKnown);
    if (last !== undefined && this.#lastKnown > from && this.#lastKnown < count) {
      from = this.#lastKnown;
      crc = last;
    }
    crc = this.#stream.digestFrames(bytes.subarray(offsets[from], offsets[count]), crc);
    if (known.size === MOST_KNOWN_CRCS) known.clear();
    known.set(count, crc);
    this.#lastKnown = count;
    return crc;
  }

  /** Nobody takes from it any more; what was taken is held. */
  drop(): void {
    this.#piece?.drop();
  }
}

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
 * @param piece has the segment then, or is dropped if that does not fit. @default memory of its own
 */
export function encodeSegment(stream: Stream, index: number, span: number, piece?: Piece): Segment {
  const { firstSeq } = segmentRange(index, span);
  const messages = encodeMessages(stream, index, span, piece?.bytes);
  return new Segment(stream, firstSeq, messages, fitting(messages, piece));
}

/**
 * The messages of segment `index`, for another thread.
 *
 * @param memory is written over and has them then, if they fit. @default new memory
 */
export function encodeMessages(
  stream: Stream,
  index: number,
  span: number,
  memory?: Uint8Array,
): EncodedMessages {
  const { firstSeq, count } = segmentRange(index, span);
  return stream.encode(firstSeq, count, 'frames', memory);
}

/**
 * Segment `index`, whose messages another thread encoded into this memory, which ends with them.
 *
 * @param piece was meant for it; it is dropped if `memory` is another
 */
export function segmentIn(
  memory: Uint8Array,
  stream: Stream,
  index: number,
  span: number,
  piece?: Piece,
): Segment {
  const { firstSeq, count } = segmentRange(index, span);
  const messages = encodedMessages(memory, count, 'frames');
  return new Segment(stream, firstSeq, messages, fitting(messages, piece));
}

/** The piece, if it has the messages; else it is dropped. */
function fitting({ bytes }: EncodedMessages, piece: Piece | undefined): Piece | undefined {
  if (piece === undefined || bytes.buffer === piece.bytes.buffer) return piece;
  piece.drop();
  return undefined;
}

function segmentRange(index: number, span: number): { firstSeq: number; count: number } {
  const firstSeq = index * span;
  return { firstSeq, count: Math.min(span, LAST_SEQ - firstSeq + 1) };
}

/** Bytes of the frame of a payload. */
function frameSize(payloadBytes: number): number {
  return payloadBytes + (payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10);
}
