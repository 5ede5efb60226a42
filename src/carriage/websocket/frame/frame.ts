/**
 * The layout of a frame (RFC 6455, section 5.2): one byte with FIN, three reserved bits and the opcode; one with the mask bit
 * and a short length, or a marker that says that 2 or 8 bytes of length follow; the key, if the payload is masked; the payload.
 */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export const FINAL = 0x80;
export const RESERVED_BITS = 0x70;
export const OPCODE_BITS = 0x0f;
/** Set in the opcode of every control frame. */
export const CONTROL_BIT = 0x08;
export const MASKED = 0x80;
export const SHORT_LENGTH_BITS = 0x7f;
/** Short lengths that stand for "the length is in the next two bytes", or in the next eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** FIN, opcode, mask bit and short length. */
export const SHORTEST_HEAD_BYTES = 2;
export const MASK_BYTES = 4;
export const LONGEST_HEAD_BYTES = 14;
/** The longest payload of a control frame (section 5.5). */
export const MOST_CONTROL_BYTES = 125;

/** The close codes of section 7.4.1 that a connection needs for itself. */
export const CLOSE_CODE = {
  normal: 1000,
  protocolError: 1002,
  /** Never on the wire: the close frame had no code. */
  none: 1005,
  /** Never on the wire: there was no close frame. */
  abnormal: 1006,
  notUtf8: 1007,
  tooLarge: 1009,
} as const;

/** Whether a close frame may carry this code: one that is registered, or one from the ranges for libraries and applications. */
export function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

/** How many bytes of extended length follow the second byte. */
export function lengthBytesOf(second: number): 0 | 2 | 8 {
  const short = second & SHORT_LENGTH_BITS;
  return short < LENGTH_16 ? 0 : short === LENGTH_16 ? 2 : 8;
}

/** The size of a frame's head, as its second byte tells it. */
export function headBytesOf(second: number): number {
  return SHORTEST_HEAD_BYTES + lengthBytesOf(second) + ((second & MASKED) === 0 ? 0 : MASK_BYTES);
}

/** The size of the payload of the frame at `at`, whose length bytes must all be there. */
export function payloadBytesOf(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1] ?? 0;
  const lengthBytes = lengthBytesOf(second);
  if (lengthBytes === 0) return second & SHORT_LENGTH_BITS;
  let length = 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + SHORTEST_HEAD_BYTES + i] ?? 0);
  return length;
}

/** The size of the head that a payload of this size needs. */
export function headBytesFor(payloadBytes: number, masked: boolean): number {
  const lengthBytes = payloadBytes < LENGTH_16 ? 0 : payloadBytes < 65_536 ? 2 : 8;
  return SHORTEST_HEAD_BYTES + lengthBytes + (masked ? MASK_BYTES : 0);
}

/** Writes a head with its length in the shortest form; the key is left to the caller. @param first FIN, reserved bits and opcode */
export function writeHead(
  bytes: Uint8Array,
  at: number,
  first: number,
  payloadBytes: number,
  masked: boolean,
): void {
  const mask = masked ? MASKED : 0;
  bytes[at] = first;
  if (payloadBytes < LENGTH_16) {
    bytes[at + 1] = mask | payloadBytes;
    return;
  }
  const lengthBytes = payloadBytes < 65_536 ? 2 : 8;
  bytes[at + 1] = mask | (lengthBytes === 2 ? LENGTH_16 : LENGTH_64);
  let rest = payloadBytes;
  for (let i = lengthBytes - 1; i >= 0; i--) {
    bytes[at + SHORTEST_HEAD_BYTES + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Reads a masking key as a 32-bit number, big-endian. */
export function keyAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

export function writeKey(bytes: Uint8Array, at: number, key: number): void {
  bytes[at] = key >>> 24;
  bytes[at + 1] = key >>> 16;
  bytes[at + 2] = key >>> 8;
  bytes[at + 3] = key;
}

/** The key, rotated to go on masking after this many bytes. */
export function keyAfter(key: number, bytes: number): number {
  const bits = (bytes % MASK_BYTES) * 8;
  return bits === 0 ? key : (key << bits) | (key >>> (32 - bits));
}

/**
 * Masks or unmasks bytes where they lie (section 5.3).
 *
 * @returns the bitwise OR of the resulting bytes, which tells whether they are all ASCII
 */
export function mask(bytes: Uint8Array, start: number, end: number, key: number): number {
  const key0 = key >>> 24;
  const key1 = (key >>> 16) & 0xff;
  const key2 = (key >>> 8) & 0xff;
  const key3 = key & 0xff;
  let bits = 0;
  let at = start;
  // Four bytes at a time is twice as fast as one.
  for (; at + MASK_BYTES <= end; at += MASK_BYTES) {
    const byte0 = (bytes[at] ?? 0) ^ key0;
    const byte1 = (bytes[at + 1] ?? 0) ^ key1;
    const byte2 = (bytes[at + 2] ?? 0) ^ key2;
    const byte3 = (bytes[at + 3] ?? 0) ^ key3;
    bytes[at] = byte0;
    bytes[at + 1] = byte1;
    bytes[at + 2] = byte2;
    bytes[at + 3] = byte3;
    bits |= byte0 | byte1 | byte2 | byte3;
  }
  for (let rest = key; at < end; at++, rest <<= 8) {
    const byte = (bytes[at] ?? 0) ^ (rest >>> 24);
    bytes[at] = byte;
    bits |= byte;
  }
  return bits;
}
