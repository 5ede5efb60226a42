import { crc32Append, digestSize } from '../digest.ts';
import type { SegmentSource } from './segment-cache.ts';

/**
 * Works out what the CRC-32 and the payload bytes of messages [from, to] should be, one segment a step, so that the
 * caller can do other work in between however long the range is.
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

  /** Digests one more segment. @returns whether the range is complete */
  step(): boolean {
    if (this.#next > this.#to) return true;
    const segment = this.#source.segmentOf(this.#next);
    const { firstSeq, count } = segment;
    const start = this.#next - firstSeq;
    const end = Math.min(this.#to - firstSeq + 1, count);
    const bytes = segment.prefixBytes(end) - segment.prefixBytes(start);
    const before = segment.prefixCrc32(start);
    const size = digestSize(bytes, end - start, this.#source.stream.text);
    this.#crc32 = crc32Append(this.#crc32, before, segment.prefixCrc32(end), size);
    this.#bytes += bytes;
    this.#next = firstSeq + end;
    return this.#next > this.#to;
  }

  /** CRC-32 of the messages so far. */
  get crc32(): number {
    return this.#crc32;
  }

  /** Payload bytes of the messages so far. */
  get bytes(): number {
    return this.#bytes;
  }
}
