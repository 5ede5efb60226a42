import type { Stream } from '../stream.ts';
import { type EncodedMessages, encodedMessages } from './encoded-messages.ts';
import type { Framing } from './framing.ts';
import { CHECKPOINT_MESSAGES } from './segment-layout.ts';
import type { Hold, Piece, Place } from './segment-memory.ts';
import { type SegmentSeries, segmentRange } from './segment-series.ts';

/** CRC-32s that a segment caches, few enough to take less memory than its messages. */
const MOST_KNOWN_CRCS = 64;

/** Consecutive messages of one segment, ready to be written. */
export interface TakenMessages {
  readonly bytes: Uint8Array;
  /** The seq behind the last of them. */
  readonly end: number;
  /**
   * Release it once `bytes` are no longer read: from then on another segment may be made in their place. Undefined if
   * they have memory of their own.
   */
  readonly hold: Hold | undefined;
}

/**
 * A run of consecutive messages, encoded once in the framing in which they are sent, and shared by every client of that
 * framing.
 *
 * Prefix sums make any part of it cheap: messages [a, b) are a slice without a copy, and the CRC-32 of most of their
 * payloads comes from two CRCs (see CHECKPOINT_MESSAGES).
 */
export class Segment implements EncodedMessages {
  readonly firstSeq: number;
  readonly framing: Framing;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  readonly payloadBytes: Uint32Array;
  readonly crcs: Uint32Array;
  readonly #stream: Stream;
  readonly #place: Place | undefined;
  /**
   * Cached CRC-32s of its first n messages, by n. One block ends where the next begins, and clients with equal block
   * sizes ask for the same ones.
   */
  #knownCrcs: Map<number, number> | undefined;
  #lastKnown = 0;

  /** @param place where the messages are, owned by the segment until it is dropped. @default memory of their own */
  constructor(series: SegmentSeries, index: number, messages: EncodedMessages, place?: Place) {
    this.firstSeq = index * series.span;
    this.framing = series.framing;
    this.count = messages.count;
    this.bytes = messages.bytes;
    this.offsets = messages.offsets;
    this.payloadBytes = messages.payloadBytes;
    this.crcs = messages.crcs;
    this.#stream = series.stream;
    this.#place = place;
  }

  /** The seq after its last message. */
  get end(): number {
    return this.firstSeq + this.count;
  }

  /**
   * Takes messages from `from` to before `before`, or the end of the segment: about `mostBytes`, and at least one. They
   * are held.
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
      hold: this.#place?.hold(),
    };
  }

  /** Payload bytes of its first `count` messages. */
  prefixBytes(count: number): number {
    const bytes = this.payloadBytes[count];
    if (bytes === undefined) throw new RangeError(`no ${count} messages in this segment`);
    return bytes;
  }

  /**
   * The CRC-32 of its first `count` messages, as digested: extended from the last checkpoint, or from a cached CRC if
   * that is nearer.
   */
  prefixCrc32(count: number): number {
    const { crcs } = this;
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
    crc = this.#stream.digest(this, from, count, crc);
    if (known.size === MOST_KNOWN_CRCS) known.clear();
    known.set(count, crc);
    this.#lastKnown = count;
    return crc;
  }

  /** Ends the taking; what was taken is still held. */
  drop(): void {
    this.#place?.drop();
  }
}

/**
 * Encodes segment `index`.
 *
 * @param piece memory for the segment; dropped if the segment does not fit. @default memory of its own
 */
export function encodeSegment(series: SegmentSeries, index: number, piece?: Piece): Segment {
  const messages = encodeMessages(series, index, piece?.bytes);
  return new Segment(series, index, messages, placeOf(messages, piece));
}

/**
 * Encodes the messages of segment `index` for another thread.
 *
 * @param memory is overwritten with them if they fit. @default new memory
 */
export function encodeMessages(series: SegmentSeries, index: number, memory?: Uint8Array): EncodedMessages {
  const { firstSeq, count } = segmentRange(series, index);
  return series.stream.encode(firstSeq, count, series.framing, memory);
}

/**
 * Segment `index`, from messages that another thread encoded at the end of this memory.
 *
 * @param piece the memory that was meant for it; dropped if `memory` is another
 */
export function segmentIn(memory: Uint8Array, series: SegmentSeries, index: number, piece?: Piece): Segment {
  const messages = encodedMessages(memory, series.framing, segmentRange(series, index).count, true);
  return new Segment(series, index, messages, placeOf(messages, piece));
}

/** The piece if it holds the messages; otherwise drops it. */
function placeOf({ bytes }: EncodedMessages, piece: Piece | undefined): Place | undefined {
  return bytes.buffer === piece?.bytes.buffer ? piece : piece?.outgrown(bytes.length);
}
