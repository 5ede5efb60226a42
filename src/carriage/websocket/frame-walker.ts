import { isUtf8 } from 'node:buffer';
import type { MessageBatch } from '../../measure/message-batch.ts';
import type { ReadMemory } from './read-memory.ts';

/**
 * Finds the plain data frames among received bytes (RFC 6455, section 5.2): final, unmasked, without extension,
 * text or binary, outside a fragmented message, their length in its shortest form, and small enough to wait for.
 * Nearly all are. Whatever is not is for a strict decoder, which is somebody else.
 *
 * The bytes are changed while they are walked over: each text's header is overwritten so that messages lie as they
 * are digested, one behind the other with a newline behind each text, and a single look checks the UTF-8 of all texts
 * in a row: a newline never is a part of another character, so the whole is valid if and only if each text is.
 */
export class FrameWalker {
  readonly #memory: ReadMemory;
  readonly #mostBytes: number;
  #fragmented = false;
  #closed = false;

  /**
   * @param memory that is walked over
   * @param mostBytes frames larger than this are not plain; those above 65,539 bytes never are
   */
  constructor(memory: ReadMemory, mostBytes: number) {
    this.#memory = memory;
    this.#mostBytes = mostBytes;
  }

  /**
   * Walks over the memory from `start` to `end` as far as there are plain frames, or as the batch takes messages, moves
   * the messages to `start` and makes the memory's batch of them.
   *
   * @returns where it stopped, and for how many bytes from there the frame is for the strict decoder: all of a frame
   *   that may have come only in part; 0 if it needs more bytes to tell, or to have the frame whole
   */
  walk(start: number, end: number): { at: number; unusualBytes: number } {
    if (this.#fragmented || this.#closed) {
      this.#memory.clear();
      return { at: start, unusualBytes: this.#unusual(start, end) };
    }
    const { at, unusual } = this.#memory.walk(start, end, this.#mostBytes);
    return { at, unusualBytes: unusual ? this.#unusual(at, end) : 0 };
  }

  /** The bytes of an unusual frame, 0 if they can't be told yet; notes what it does to the frames behind it. */
  #unusual(at: number, end: number): number {
    const { bytes } = this.#memory;
    if (at + SHORTEST_HEADER_BYTES > end) return 0;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const masked = ((bytes[at + 1] ?? 0) & 0x80) !== 0;
    const lengthBytes = short < LENGTH_16 ? 0 : short === LENGTH_16 ? 2 : 8;
    if (at + SHORTEST_HEADER_BYTES + lengthBytes > end) return 0;
    let payloadBytes = lengthBytes === 0 ? short : 0;
    for (let i = 0; i < lengthBytes; i++) {
      payloadBytes = payloadBytes * 256 + (bytes[at + SHORTEST_HEADER_BYTES + i] ?? 0);
    }
    const first = bytes[at] ?? 0;
    const opcode = first & 0x0f;
    const control = (opcode & 0x08) !== 0;
    if (!control) this.#fragmented = (first & 0x80) === 0;
    if (opcode === CLOSE_OPCODE) this.#closed = true;
    return SHORTEST_HEADER_BYTES + lengthBytes + (masked ? MASK_BYTES : 0) + payloadBytes;
  }
}

/**
 * How many messages of a batch, from the first on, are as they should be: all, but for text that is not UTF-8. Texts
 * that follow each other are looked at together; behind a binary message, which no newline ends, a new look begins.
 */
export function validMessages({ batch, ascii }: ReadMemory): number {
  const { count } = batch;
  if (ascii) return count;
  for (let first = 0, end = 0; first < count; first = end + 1) {
    for (end = first; end < count && batch.isText(end); ) end++;
    if (isUtf8(batch.bytes.subarray(batch.start(first), batch.start(end)))) continue;
    for (let index = first; index < end; index++) {
      if (!isUtf8(batch.payload(index))) return index;
    }
  }
  return count;
}

/** The frame that a message of a walked batch came in. */
export function frameAgain(batch: MessageBatch, index: number): Uint8Array {
  const payload = batch.payload(index);
  const long = payload.length >= LENGTH_16;
  const frame = new Uint8Array((long ? 4 : 2) + payload.length);
  frame.set(long ? [0, LENGTH_16, payload.length >> 8, payload.length & 0xff] : [0, payload.length]);
  frame[0] = batch.isText(index) ? FINAL_TEXT : FINAL_BINARY;
  frame.set(payload, frame.length - payload.length);
  return frame;
}

/** Whether a frame is a ping or a pong as it should be: whole, final, unmasked, and short. */
export function isPingOrPong(frame: Uint8Array): boolean {
  const [first, short = 0] = frame;
  return (first === FINAL_PING || first === FINAL_PONG) && short < LENGTH_16;
}

const SHORTEST_HEADER_BYTES = 2;
const FINAL_PING = 0x89;
const FINAL_PONG = 0x8a;
const MASK_BYTES = 4;
const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const CLOSE_OPCODE = 0x08;
/** A length from here on takes two bytes more. */
const LENGTH_16 = 126;
