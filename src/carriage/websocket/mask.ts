/** Bytes of a key, which lies before what it masks. */
export const MASK_BYTES = 4;

/**
 * Masks or unmasks bytes where they lie, by the key before them (RFC 6455, section 5.3).
 *
 * @returns every bit that is set in any of them then
 */
export function mask(bytes: Uint8Array, start: number, end: number): number {
  const key = start - MASK_BYTES;
  const key0 = bytes[key] ?? 0;
  const key1 = bytes[key + 1] ?? 0;
  const key2 = bytes[key + 2] ?? 0;
  const key3 = bytes[key + 3] ?? 0;
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
  for (let i = 0; at < end; at++, i++) {
    const byte = (bytes[at] ?? 0) ^ (bytes[key + i] ?? 0);
    bytes[at] = byte;
    bits |= byte;
  }
  return bits;
}
