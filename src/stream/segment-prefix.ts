import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import type { Segment } from './segment.ts';
import type { Stream } from './stream.ts';

/**
 * CRC-32s of the first messages of segments of one stream: from the checkpoint before, and what lies between from the
 * frames. Blocks join, so where one ended is where the next begins: the last CRC is kept, and half of the work with it.
 */
export class SegmentPrefix {
  readonly #stream: Stream;
  #firstSeq = -1;
  #count = 0;
  #crc32 = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** The CRC-32 of the first `count` messages of a segment. */
  crc32(segment: Segment, count: number): number {
    const { firstSeq, crcs, bytes, offsets } = segment;
    if (count === segment.count) return crcs.at(-1) ?? 0; // after it comes the next segment, from 0
    const checkpoint = Math.floor(count / CHECKPOINT_MESSAGES);
    let from = checkpoint * CHECKPOINT_MESSAGES;
    let crc = crcs[checkpoint] ?? 0;
    if (this.#firstSeq === firstSeq && from < this.#count && this.#count <= count) {
      from = this.#count;
      crc = this.#crc32;
    }
    if (from < count) crc = this.#stream.digestFrames(bytes.subarray(offsets[from], offsets[count]), crc);
    this.#firstSeq = firstSeq;
    this.#count = count;
    this.#crc32 = crc;
    return crc;
  }
}
