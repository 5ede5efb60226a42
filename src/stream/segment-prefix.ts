import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import type { Segment } from './segment.ts';
import type { Stream } from './stream.ts';

/** CRC-32s of the first messages of a segment, where they have been asked for: 5 bytes a message. */
interface Known {
  readonly crcs: Uint32Array;
  /** 1 where it is known. */
  readonly flags: Uint8Array;
}

/**
 * What is known goes with its segment. Blocks join, so where one ended is where the next begins; and clients that take
 * blocks of one size ask for the same CRCs, each of which is worked out once for all of them.
 */
const knownOf = new WeakMap<Segment, Known>();

/**
 * The CRC-32 of the first `count` messages of a segment: from the last one before that is known, at a checkpoint at the
 * latest, and the frames behind it.
 */
export function prefixCrc32(stream: Stream, segment: Segment, count: number): number {
  const { crcs, bytes, offsets } = segment;
  if (count === segment.count) return crcs.at(-1) ?? 0;
  const known = knownOf.get(segment) ?? nothingKnown(segment);
  const checkpoint = Math.floor(count / CHECKPOINT_MESSAGES);
  let from = count;
  while (from > checkpoint * CHECKPOINT_MESSAGES && known.flags[from] !== 1) from--;
  const before = known.flags[from] === 1 ? known.crcs[from] : crcs[checkpoint];
  if (from === count) return before ?? 0;
  const crc = stream.digestFrames(bytes.subarray(offsets[from], offsets[count]), before ?? 0);
  known.crcs[count] = crc;
  known.flags[count] = 1;
  return crc;
}

function nothingKnown(segment: Segment): Known {
  const known = { crcs: new Uint32Array(segment.count), flags: new Uint8Array(segment.count) };
  knownOf.set(segment, known);
  return known;
}
