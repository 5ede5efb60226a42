import type { Stream } from '../stream.ts';
import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import type { Segment } from './segment.ts';

/** CRC-32s of the first messages of a segment, for some numbers of messages. */
interface Known {
  readonly crcs: Map<number, number>;
  /** What was asked for last. */
  last: number;
}

/** So that what is known takes less memory than what it is of. */
const MOST_KNOWN = 64;

/**
 * What is known goes with its segment. Blocks join, so where one ended is where the next begins; and clients that take
 * blocks of one size ask for the same CRCs, each of which is worked out once for all of them.
 */
const knownOf = new WeakMap<Segment, Known>();

/**
 * The CRC-32 of the first `count` messages of a segment: from those at the last checkpoint, or of what was asked for last
 * if that is nearer, and the frames behind it.
 */
export function prefixCrc32(stream: Stream, segment: Segment, count: number): number {
  const { crcs, bytes, offsets } = segment;
  if (count === segment.count) return crcs.at(-1) ?? 0;
  const checkpoint = Math.floor(count / CHECKPOINT_MESSAGES);
  let from = checkpoint * CHECKPOINT_MESSAGES;
  let crc = crcs[checkpoint] ?? 0;
  if (from === count) return crc;
  const known = knownOf.get(segment) ?? nothingKnown(segment);
  const found = known.crcs.get(count);
  if (found !== undefined) return found;
  const last = known.crcs.get(known.last);
  if (last !== undefined && known.last > from && known.last < count) {
    from = known.last;
    crc = last;
  }
  crc = stream.digestFrames(bytes.subarray(offsets[from], offsets[count]), crc);
  if (known.crcs.size === MOST_KNOWN) known.crcs.clear();
  known.crcs.set(count, crc);
  known.last = count;
  return crc;
}

function nothingKnown(segment: Segment): Known {
  const known = { crcs: new Map<number, number>(), last: 0 };
  knownOf.set(segment, known);
  return known;
}
