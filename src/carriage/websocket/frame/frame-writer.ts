import {
  FINAL,
  headBytesFor,
  headBytesOf,
  LONGEST_HEAD_BYTES,
  MASK_BYTES,
  mask,
  OPCODE,
  OPCODE_BITS,
  writeHead,
  writeKey,
} from './frame.ts';

/** Draws an unpredictable masking key, as a 32-bit number. A server has none, and does not mask. */
export type DrawKey = () => number;

const encoder = new TextEncoder();

/** Builds a whole frame in new memory. @param first FIN, reserved bits and opcode */
export function frameOf(first: number, payload: Uint8Array, key?: number): Uint8Array {
  const masked = key !== undefined;
  const start = headBytesFor(payload.length, masked);
  const frame = new Uint8Array(start + payload.length);
  writeHead(frame, 0, first, payload.length, masked);
  frame.set(payload, start);
  if (masked) {
    writeKey(frame, start - MASK_BYTES, key);
    mask(frame, start, frame.length, key);
  }
  return frame;
}

/** Builds a whole frame that holds a text. */
export function textFrame(text: string, key?: number): Uint8Array {
  return frameOf(FINAL | OPCODE.text, encoder.encode(text), key);
}

/** Builds a close frame. Without a code its payload is empty. */
export function closeFrame(code: number | undefined, reason: string, key?: number): Uint8Array {
  const text = encoder.encode(reason);
  const payload = code === undefined ? text : new Uint8Array(2 + text.length);
  if (code !== undefined) {
    payload[0] = code >> 8;
    payload[1] = code;
    payload.set(text, 2);
  }
  return frameOf(FINAL | OPCODE.close, payload, key);
}

/**
 * Turns bytes [from, to) of a whole, unmasked frame into a fragment of its message (section 5.4), in new memory. The first
 * range must include the whole head. Only control frames may be sent between fragments.
 */
export function fragmentOf(frame: Uint8Array, from: number, to: number): Uint8Array {
  const [first = 0, second = 0] = frame;
  const opcode = from === 0 ? first & OPCODE_BITS : OPCODE.continuation;
  const start = Math.max(from, headBytesOf(second));
  return frameOf(to === frame.length ? FINAL | opcode : opcode, frame.subarray(start, to));
}

/** The first allocation; each later one is twice as large, since allocating costs as much as writing several receipts. */
const FIRST_BYTES = 1024;
const MOST_BYTES = 16_384;
/** The most UTF-8 bytes that one UTF-16 unit can take. */
const MOST_UTF8_BYTES = 3;

/** Appends whole frames to one buffer, so that one write sends them all. */
export class FrameWriter {
  readonly #drawKey: DrawKey | undefined;
  #bytes = new Uint8Array(0);
  /** The frames in [taken, end) are still to be taken. */
  #taken = 0;
  #end = 0;

  constructor(drawKey: DrawKey | undefined) {
    this.#drawKey = drawKey;
  }

  get empty(): boolean {
    return this.#end === this.#taken;
  }

  addText(text: string): void {
    this.#reserve(LONGEST_HEAD_BYTES + MOST_UTF8_BYTES * text.length);
    const bytes = this.#bytes;
    const masked = this.#drawKey !== undefined;
    const at = this.#end;
    // This leaves room for the head that an ASCII text needs. Other text may need a longer head, and is then moved.
    let payload = at + headBytesFor(text.length, masked);
    const { written } = encoder.encodeInto(text, bytes.subarray(payload));
    const moved = at + headBytesFor(written, masked);
    if (moved > payload) bytes.copyWithin(moved, payload, payload + written);
    payload = moved;
    this.#finish(FINAL | OPCODE.text, at, payload, written);
  }

  /** @param first FIN, reserved bits and opcode */
  add(first: number, payload: Uint8Array): void {
    this.#reserve(LONGEST_HEAD_BYTES + payload.length);
    const at = this.#end;
    const start = at + headBytesFor(payload.length, this.#drawKey !== undefined);
    this.#bytes.set(payload, start);
    this.#finish(first, at, start, payload.length);
  }

  /** Writes the head in front of the payload, and masks the payload. */
  #finish(first: number, at: number, payload: number, payloadBytes: number): void {
    const bytes = this.#bytes;
    this.#end = payload + payloadBytes;
    writeHead(bytes, at, first, payloadBytes, this.#drawKey !== undefined);
    if (this.#drawKey === undefined) return;
    const key = this.#drawKey();
    writeKey(bytes, payload - MASK_BYTES, key);
    mask(bytes, payload, this.#end, key);
  }

  /** Hands over all frames; the caller owns their memory. */
  take(): Uint8Array {
    const frames = this.#bytes.subarray(this.#taken, this.#end);
    this.#taken = this.#end;
    return frames;
  }

  #reserve(moreBytes: number): void {
    if (this.#end + moreBytes <= this.#bytes.length) return;
    const frames = this.#bytes.subarray(this.#taken, this.#end);
    const usual = Math.min(2 * this.#bytes.length, MOST_BYTES);
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, usual, 2 * frames.length, frames.length + moreBytes));
    this.#bytes.set(frames);
    this.#taken = 0;
    this.#end = frames.length;
  }
}
