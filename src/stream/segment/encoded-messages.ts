import { CHECKPOINT_MESSAGES } from './checkpoint.ts';

/**
 * Consecutive messages, encoded one behind the other, with what is needed to take any part of them. All arrays lie in one
 * piece of memory: the index, `offsets` first, and the bytes behind it.
 */
export interface EncodedMessages {
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where in `bytes` message i begins; one more entry for the end. */
  readonly offsets: Uint32Array;
  /** Payload bytes of the messages before i. */
  readonly payloadBytes: Uint32Array;
  /**
   * CRC-32 of the messages before message i · CHECKPOINT_MESSAGES, as digested (see `digestSize`), and of all as one more
   * entry. None for the form `digested`: there they are one run over its bytes.
   */
  readonly crcs: Uint32Array;
}

/**
 * `frames`: WebSocket frames, unmasked as a server sends them (RFC 6455, section 5.2). `digested`: what the digest
 * runs over, which for text is NDJSON.
 */
export type Form = 'frames' | 'digested';

/** How long the index of so many messages is, in bytes. */
export function indexSize(count: number, form: Form): number {
  return crcsAt(count) + crcCount(count, form) * Uint32Array.BYTES_PER_ELEMENT;
}

/** Index and messages together, in bytes. */
export function encodedSize({ bytes, offsets }: EncodedMessages): number {
  return bytes.byteOffset + bytes.length - offsets.byteOffset;
}

/** The messages whose index begins this memory, and which end with it. */
export function encodedMessages(memory: Uint8Array, count: number, form: Form): EncodedMessages {
  const { buffer, byteOffset } = memory;
  return {
    count,
    bytes: memory.subarray(indexSize(count, form)),
    offsets: new Uint32Array(buffer, byteOffset, count + 1),
    payloadBytes: new Uint32Array(buffer, byteOffset + rowSize(count), count + 1),
    crcs: new Uint32Array(buffer, byteOffset + crcsAt(count), crcCount(count, form)),
  };
}

function rowSize(count: number): number {
  return (count + 1) * Uint32Array.BYTES_PER_ELEMENT;
}

function crcsAt(count: number): number {
  return 2 * rowSize(count);
}

function crcCount(count: number, form: Form): number {
  return form === 'frames' ? Math.ceil(count / CHECKPOINT_MESSAGES) + 1 : 0;
}
