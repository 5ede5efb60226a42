import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import { crc32Append, digestSize } from './digest.ts';
import type { Segment } from './segment.ts';
import type { SegmentSource } from './segment-cache.ts';

/**
 * What the CRC-32 and the payload bytes of messages [from, to] should be, worked out one segment a step, so that
 * the caller can do other things in between however long the range is.
 */
export class RangeDigest {
  readonly #source: SegmentSource;
  readonly #to: number;
  #next: number;
  #crc32 = 0;
  #bytes = 0;

  /** @param to the last seq, at least `from` */
  constructor(source: SegmentSource, from: number, to: number) {
    this.#source = source;
    this.#next = from;
    this.#to = to;
  }

  /** Takes in one more segment; true when the whole range has been taken in. */
  step(): boolean {
    if (this.#next > this.#to) return true;
    const segment = this.#source.segmentOf(this.#next);
    const { firstSeq, count, payloadBytes } = segment;
    const start = this.#next - firstSeq;
    const end = Math.min(this.#to - firstSeq + 1, count);
    this.#bytes += at(payloadBytes, end) - at(payloadBytes, start);
    this.#digest(segment, start, end);
    this.#next = firstSeq + end;
    return this.#next > this.#to;
  }

  /** Takes in messages [start, end) of a segment: what is between checkpoints from its CRCs, the rest from its frames. */
  #digest(segment: Segment, start: number, end: number): void {
    const first = Math.ceil(start / CHECKPOINT_MESSAGES);
    const last = end === segment.count ? segment.crcs.length - 1 : Math.floor(end / CHECKPOINT_MESSAGES);
    if (first >= last) return this.#digestFrames(segment, start, end);
    const firstStart = first * CHECKPOINT_MESSAGES;
    const lastEnd = Math.min(last * CHECKPOINT_MESSAGES, end);
    this.#digestFrames(segment, start, firstStart);
    const { payloadBytes, crcs } = segment;
    const bytes = at(payloadBytes, lastEnd) - at(payloadBytes, firstStart);
    const size = digestSize(bytes, lastEnd - firstStart, this.#source.stream.text);
    this.#crc32 = crc32Append(this.#crc32, at(crcs, first), at(crcs, last), size);
    this.#digestFrames(segment, lastEnd, end);
  }

  #digestFrames({ bytes, offsets }: Segment, start: number, end: number): void {
    if (start === end) return;
    const frames = bytes.subarray(at(offsets, start), at(offsets, end));
    this.#crc32 = this.#source.stream.digestFrames(frames, this.#crc32);
  }

  /** CRC-32 of the messages taken in so far. */
  get crc32(): number {
    return this.#crc32;
  }

  /** Payload bytes of the messages taken in so far. */
  get bytes(): number {
    return this.#bytes;
  }
}

function at(values: Uint32Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no message ${index} in this segment`);
  return value;
}
