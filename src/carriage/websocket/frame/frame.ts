/**
 * What a frame is made of (RFC 6455, section 5.2): one byte with FIN, three reserved bits and the opcode; one with the mask bit
 * and a short length, which 2 or 8 bytes may follow; the key, if the payload is masked; the payload.
 */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export const FINAL = 0x80;
export const RESERVED_BITS = 0x70;
export const OPCODE_BITS = 0x0f;
/** Set in the opcode of every control frame. */
export const CONTROL_BIT = 0x08;
export const MASKED = 0x80;
export const SHORT_LENGTH_BITS = 0x7f;
/** Short lengths that say how many bytes hold the length: two, or eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Of a frame's head, before its length. */
export const SHORTEST_HEAD_BYTES = 2;
export const MASK_BYTES = 4;
export const LONGEST_HEAD_BYTES = 14;
/** Of the payload of a control frame (section 5.5). */
export const MOST_CONTROL_BYTES = 125;

/** Codes of section 7.4.1 by which an endpoint says why it closes, or an API that nothing was said. */
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

/** Whether a close frame may have this code: those registered till now, and those of libraries and applications. */
export function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

/** How many bytes of the head hold the length, beyond the short one. */
export function lengthBytesOf(second: number): 0 | 2 | 8 {
  const short = second & SHORT_LENGTH_BITS;
  return short < LENGTH_16 ? 0 : short === LENGTH_16 ? 2 : 8;
}

/** How long the head of a frame is, by its second byte. */
export function headBytesOf(second: number): number {
  return SHORTEST_HEAD_BYTES + lengthBytesOf(second) + ((second & MASKED) === 0 ? 0 : MASK_BYTES);
}

/** The length of the payload of the frame that begins at `at`; all bytes of the length must be there. */
export function payloadBytesOf(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1] ?? 0;
  const lengthBytes = lengthBytesOf(second);
  if (lengthBytes === 0) return second & SHORT_LENGTH_BITS;
  let length = 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + SHORTEST_HEAD_BYTES + i] ?? 0);
  return length;
}

/** How long the head of a frame is that has so much payload. */
export function headBytesFor(payloadBytes: number, masked: boolean): number {
  const lengthBytes = payloadBytes < LENGTH_16 ? 0 : payloadBytes < 65_536 ? 2 : 8;
  return SHORTEST_HEAD_BYTES + lengthBytes + (masked ? MASK_BYTES : 0);
}

/** Writes a head, its length in the shortest form, but for the key. @param first FIN, reserved bits and opcode */
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

/** A key for masking, as a 32-bit number: the byte that comes first is the highest. */
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

/** The key for what follows so many bytes that were masked by it. */
export function keyAfter(key: number, bytes: number): number {
  const bits = (bytes % MASK_BYTES) * 8;
  return bits === 0 ? key : (key << bits) | (key >>> (32 - bits));
}

/**
 * Masks or unmasks bytes where they lie (section 5.3).
 *
 * @returns every bit that is set in any of them then
 */
export function mask(bytes: Uint8Array, start: number, end: number, key: number): number {
  const key0 = key >>> 24;
  const key1 = (key >>> 16) & 0xff;
  const key2 = (key >>> 8) & 0xff;
  const key3 = key & 0xff;
  let bits = 0;
  let at = start;
  // Four at a time: byte by byte it takes twice as long.
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
