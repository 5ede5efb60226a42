import { randomFillSync } from 'node:crypto';
import { MASK_BYTES, mask } from './mask.ts';

const LONGEST_HEADER_BYTES = 10 + MASK_BYTES;
/** Of memory. The next has twice as much: to get it takes as long as to write some receipts into it. */
const FIRST_BYTES = 1024;
const MOST_BYTES = 16_384;
/** Keys are drawn so many bytes at a time: a call for each would take longer than all the rest. */
const keys = { bytes: Buffer.alloc(0), next: 0 };
const KEYS_BYTES = 8192;

/**
 * Whole text frames as a client sends them, one behind the other in one piece of memory: masked, each with a key that
 * nobody can foresee (RFC 6455, section 5.3).
 */
export class MaskedFrames {
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the frames begin that are not taken, and where they end. */
  #taken = 0;
  #end = 0;

  get empty(): boolean {
    return this.#end === this.#taken;
  }

  addText(text: string): void {
    const size = Buffer.byteLength(text);
    this.#reserve(LONGEST_HEADER_BYTES + size);
    const bytes = this.#bytes;
    const key = this.#addLength(size);
    const payload = key + MASK_BYTES;
    drawKey(bytes, key);
    // As Latin-1 it is the same if it is ASCII, and quicker.
    if (size === text.length) bytes.write(text, payload, 'latin1');
    else bytes.write(text, payload);
    this.#end = payload + size;
    mask(bytes, payload, this.#end);
  }

  /** Gives all of them up: whoever takes them may keep the memory. */
  take(): Buffer {
    const frames = this.#bytes.subarray(this.#taken, this.#end);
    this.#taken = this.#end;
    return frames;
  }

  /** @returns where the key goes */
  #addLength(size: number): number {
    const bytes = this.#bytes;
    const at = this.#end;
    bytes[at] = FINAL_TEXT;
    if (size < LENGTH_16) {
      bytes[at + 1] = MASKED | size;
      return at + 2;
    }
    if (size <= LARGEST_16) {
      bytes[at + 1] = MASKED | LENGTH_16;
      bytes.writeUInt16BE(size, at + 2);
      return at + 4;
    }
    bytes[at + 1] = MASKED | LENGTH_64;
    bytes.writeBigUInt64BE(BigInt(size), at + 2);
    return at + 10;
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const frames = this.#bytes.subarray(this.#taken, this.#end);
    const usual = Math.min(2 * this.#bytes.length, MOST_BYTES);
    this.#bytes = Buffer.allocUnsafeSlow(
      Math.max(FIRST_BYTES, usual, 2 * frames.length, frames.length + more),
    );
    this.#bytes.set(frames);
    this.#taken = 0;
    this.#end = frames.length;
  }
}

function drawKey(bytes: Buffer, at: number): void {
  if (keys.next === keys.bytes.length) {
    keys.bytes = randomFillSync(Buffer.allocUnsafeSlow(KEYS_BYTES));
    keys.next = 0;
  }
  for (let i = 0; i < MASK_BYTES; i++) bytes[at + i] = keys.bytes[keys.next++] ?? 0;
}

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
/** A length from here on takes two bytes more, or eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const LARGEST_16 = 65_535;
