// The one file of the pure floors that imports from Node: its functions are pure (docs/adr/0002).
import { createHash, createHmac } from 'node:crypto';
import { crc32 as crc32OfNode } from 'node:zlib';

const NEWLINE = Uint8Array.of(0x0a);

/** CRC-32 (IEEE 802.3), as zlib, gzip and PNG compute it; `start` is the CRC of the bytes before these. */
function crc32(bytes: Uint8Array, start = 0): number {
  return bytes.length === 0 ? start : crc32OfNode(bytes, start); // without memory of their own, zlib begins anew
}

/** Goes on with a CRC-32 over one more message: a text payload counts with a newline behind it, a binary one as it is. */
export function digestMessage(payload: Uint8Array, text: boolean, start = 0): number {
  const crc = crc32(payload, start);
  return text ? crc32(NEWLINE, crc) : crc;
}

/** Goes on with a CRC-32 over messages that lie in memory as they are digested. */
export function digestBytes(digested: Uint8Array, start: number): number {
  return crc32(digested, start);
}

/** How many bytes the digest of `count` messages runs over. */
export function digestSize(payloadBytes: number, count: number, text: boolean): number {
  return text ? payloadBytes + count : payloadBytes;
}

/** SHA-256 of UTF-8 text, in lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** HMAC-SHA-512 (RFC 2104) of UTF-8 text. */
export function hmacSha512(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha512', key).update(text, 'utf8').digest();
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

/**
 * CRC-32 of X followed by B, from CRC-32 of X, of A and of A followed by B, and the size of B; so B need not be at hand,
 * and 0 for A takes B's own.
 */
export function crc32Append(crcX: number, crcA: number, crcAB: number, sizeB: number): number {
  return (shift(crcX ^ crcA, sizeB) ^ crcAB) >>> 0;
}

/** Sizes are taken four bits at a time. */
const DIGITS = 16;
/** x^(8 · d · 16^k) mod p, for each digit d of 0 to 15, and k = 0, 1, 2 … */
const POWERS: Uint32Array = new Uint32Array(DIGITS * 14);
for (let at = 0, power = 0x00800000; at < POWERS.length; at += DIGITS) {
  POWERS[at] = 0x80000000; // x^0
  for (let digit = 1; digit < DIGITS; digit++)
    POWERS[at + digit] = multiply(POWERS[at + digit - 1] ?? 0, power);
  power = multiply(POWERS[at + DIGITS - 1] ?? 0, power);
}

/** crc · x^(8 · size) mod p: a product for each digit of the size. */
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
