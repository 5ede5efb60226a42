import type { Framing } from './framing.ts';
import { CHECKPOINT_MESSAGES } from './segment-layout.ts';

/**
 * Consecutive messages, encoded one after another, with what is needed to slice them. All arrays lie in one piece of
 * memory: the index, which `offsets` begin, and then the bytes.
 */
export interface EncodedMessages {
  readonly framing: Framing;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where in `bytes` message i begins; one more entry for the end. */
  readonly offsets: Uint32Array;
  /** Payload bytes of the messages before i. */
  readonly payloadBytes: Uint32Array;
  /**
   * CRC-32 of the messages before message i · CHECKPOINT_MESSAGES, as digested (see `digestSize`), and last of all of
   * them; or none.
   */
  readonly crcs: Uint32Array;
}

/** The size of the index of `count` messages, in bytes. */
export function indexSize(count: number, hasCrcs: boolean): number {
  return crcsAt(count) + crcCount(count, hasCrcs) * Uint32Array.BYTES_PER_ELEMENT;
}

/** The size of index and messages together, in bytes. */
export function encodedSize({ bytes, offsets }: EncodedMessages): number {
  return bytes.byteOffset + bytes.length - offsets.byteOffset;
}

/** The messages in a memory that begins with their index and ends with them. */
export function encodedMessages(
  memory: Uint8Array,
  framing: Framing,
  count: number,
  hasCrcs: boolean,
): EncodedMessages {
  const { buffer, byteOffset } = memory;
  return {
    framing,
    count,
    bytes: memory.subarray(indexSize(count, hasCrcs)),
    offsets: new Uint32Array(buffer, byteOffset, count + 1),
    payloadBytes: new Uint32Array(buffer, byteOffset + rowSize(count), count + 1),
    crcs: new Uint32Array(buffer, byteOffset + crcsAt(count), crcCount(count, hasCrcs)),
  };
}

function rowSize(count: number): number {
  return (count + 1) * Uint32Array.BYTES_PER_ELEMENT;
}

function crcsAt(count: number): number {
  return 2 * rowSize(count);
}

function crcCount(count: number, hasCrcs: boolean): number {
  return hasCrcs ? Math.ceil(count / CHECKPOINT_MESSAGES) + 1 : 0;
}
