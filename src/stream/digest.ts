import { nativeCrc32 } from './native-digests.ts';

const NEWLINE = Uint8Array.of(0x0a);

/** CRC-32 (IEEE 802.3), as zlib, gzip and PNG compute it; `start` is the CRC of the bytes before these. */
function crc32(bytes: Uint8Array, start = 0): number {
  if (bytes.length === 0) return start; // without memory of their own, zlib begins anew
  return nativeCrc32 === undefined ? plainCrc32(bytes, start) : nativeCrc32(bytes, start);
}

/** Extends a CRC-32 by one message: a text payload is followed by a newline, a binary one by nothing. */
export function digestMessage(payload: Uint8Array, text: boolean, start = 0): number {
  const crc = crc32(payload, start);
  return text ? crc32(NEWLINE, crc) : crc;
}

/** Extends a CRC-32 by messages that lie in memory as they are digested. */
export function digestBytes(digested: Uint8Array, start: number): number {
  return crc32(digested, start);
}

/** The number of bytes that the digest of `count` messages covers. */
export function digestSize(payloadBytes: number, count: number, text: boolean): number {
  return text ? payloadBytes + count : payloadBytes;
}

/** A CRC-32 as eight lower-case hex digits. */
export function crc32Hex(crc: number): string {
  // In halves, which are small integers to an engine: as one number it takes several times as long.
  return hexOfHalf(crc >>> 16) + hexOfHalf(crc & 0xffff);
}

function hexOfHalf(half: number): string {
  return (half + 0x10000).toString(16).slice(1);
}

// CRC arithmetic over joined byte strings. Theory: a CRC register is a polynomial over GF(2) modulo p; to append n
// zero bytes multiplies it by x^(8n) mod p, and CRC(AB) = CRC(A)·x^(8·|B|) + CRC(B), since the pre- and
// post-conditioning cancel (M. Adler, zlib's crc32_combine). Bit 31 holds x^0: the reflected form.

const POLYNOMIAL = 0xedb88320;

/** The CRC register after each byte, from zero. */
const BYTES: Int32Array = new Int32Array(256);
for (let byte = 0; byte < BYTES.length; byte++) {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (POLYNOMIAL & -(register & 1));
  BYTES[byte] = register;
}

/**
 * The CRC-32 of `crc32`, a byte at a time, for platforms without a faster one.
 *
 * @internal
 */
export function plainCrc32(bytes: Uint8Array, start: number): number {
  let register = ~start;
  for (const byte of bytes) register = (register >>> 8) ^ (BYTES[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}

/**
 * The CRC-32 of X followed by B, from those of X, of A and of A followed by B, and the size of B. B itself is not
 * needed; with 0 for A, pass the CRC of B.
 */
export function crc32Append(crcX: number, crcA: number, crcAB: number, sizeB: number): number {
  return (shift(crcX ^ crcA, sizeB) ^ crcAB) >>> 0;
}

/** Sizes are processed four bits at a time. */
const DIGITS = 16;
/** x^(8 · d · 16^k) mod p, for each digit d of 0 to 15, and k = 0, 1, 2 … */
const POWERS: Uint32Array = new Uint32Array(DIGITS * 14);
for (let at = 0, power = 0x00800000; at < POWERS.length; at += DIGITS) {
  POWERS[at] = 0x80000000; // x^0
  for (let digit = 1; digit < DIGITS; digit++)
    POWERS[at + digit] = multiply(POWERS[at + digit - 1] ?? 0, power);
  power = multiply(POWERS[at + DIGITS - 1] ?? 0, power);
}

/** crc · x^(8 · size) mod p: one product for each digit of the size. */
function shift(crc: number, size: number): number {
  let result = crc;
  for (let left = size, at = 0; left > 0 && result !== 0; left = Math.floor(left / DIGITS), at += DIGITS) {
    const digit = left % DIGITS;
    if (digit > 0) result = multiply(POWERS[at + digit] ?? 0, result);
  }
  return result;
}

/** a · b mod p over GF(2), both reflected. Without branches: which bits are set is chance, and can't be predicted. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit--) {
    product ^= shifted & -((a >>> bit) & 1);
    shifted = (shifted >>> 1) ^ (POLYNOMIAL & -(shifted & 1));
  }
  return product >>> 0;
}
