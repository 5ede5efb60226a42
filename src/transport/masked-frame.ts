import { randomFillSync } from 'node:crypto';

const MASK_BYTES = 4;
/** Keys are drawn so many bytes at a time: a call for each would take longer than all the rest. */
const keys = { bytes: Buffer.alloc(0), next: 0 };
const KEYS_BYTES = 8192;

/** A whole text frame as a client sends it: masked, with a key that nobody can foresee (RFC 6455, section 5.3). */
export function maskedTextFrame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const lengthBytes = size < LENGTH_16 ? 0 : size <= LARGEST_16 ? 2 : 8;
  const mask = 2 + lengthBytes;
  const payload = mask + MASK_BYTES;
  const frame = Buffer.allocUnsafe(payload + size);
  frame[0] = FINAL_TEXT;
  frame[1] = MASKED | (lengthBytes === 0 ? size : lengthBytes === 2 ? LENGTH_16 : LENGTH_64);
  if (lengthBytes === 2) frame.writeUInt16BE(size, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  frame.set(nextKey(), mask);
  frame.write(text, payload);
  for (let i = 0; i < size; i++)
    frame[payload + i] = (frame[payload + i] ?? 0) ^ (frame[mask + (i & 3)] ?? 0);
  return frame;
}

function nextKey(): Uint8Array {
  if (keys.next === keys.bytes.length) {
    keys.bytes = randomFillSync(Buffer.allocUnsafeSlow(KEYS_BYTES));
    keys.next = 0;
  }
  keys.next += MASK_BYTES;
  return keys.bytes.subarray(keys.next - MASK_BYTES, keys.next);
}

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
/** A length from here on takes two bytes more, or eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const LARGEST_16 = 65_535;
