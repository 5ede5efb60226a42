import { nativeHashes } from './native-digests.ts';

// SHA-256 and SHA-512 (FIPS 180-4), and HMAC (RFC 2104), in plain TypeScript for platforms that have none that answers at
// once: Web Crypto answers later. Both hashes begin with the square roots of the first primes and go on with the cube roots
// of the first primes: SHA-512 with the first 64 bits of their fractions, SHA-256 with the first 32 of these.

const UTF8 = new TextEncoder();

/** SHA-256 of UTF-8 text, in lower-case hex. */
export function sha256Hex(text: string): string {
  const hash =
    nativeHashes?.createHash('sha256').update(text, 'utf8').digest() ?? plainSha256(UTF8.encode(text));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** HMAC-SHA-512 (RFC 2104) of UTF-8 text. */
export function hmacSha512(key: Uint8Array, text: string): Uint8Array {
  return (
    nativeHashes?.createHmac('sha512', key).update(text, 'utf8').digest() ??
    plainHmacSha512(key, UTF8.encode(text))
  );
}

/** @internal */
export function plainSha256(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from({ length: 8 }, (_, i) => ROOTS_OF_8[2 * i] ?? 0);
  const padded = pad(bytes, SHA256_BLOCK_BYTES);
  for (let at = 0; at < padded.byteLength; at += SHA256_BLOCK_BYTES) compress256(state, padded, at);
  return inBytes(state);
}

/** @internal */
export function plainHmacSha512(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const short = key.length > SHA512_BLOCK_BYTES ? sha512(key) : key;
  const keyed = (fill: number) =>
    Uint8Array.from({ length: SHA512_BLOCK_BYTES }, (_, i) => (short[i] ?? 0) ^ fill);
  return sha512(joined(keyed(0x5c), sha512(joined(keyed(0x36), bytes))));
}

function sha512(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from(ROOTS_OF_8);
  const padded = pad(bytes, SHA512_BLOCK_BYTES);
  for (let at = 0; at < padded.byteLength; at += SHA512_BLOCK_BYTES) compress512(state, padded, at);
  return inBytes(state);
}

const SHA256_BLOCK_BYTES = 64;
const SHA512_BLOCK_BYTES = 128;

/** A one, zeros, and the length in bits, so that whole blocks come of it. Texts here are far below 2^32 bits. */
function pad(bytes: Uint8Array, blockBytes: number): DataView {
  const lengthBytes = blockBytes / 8;
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - Uint32Array.BYTES_PER_ELEMENT, bytes.length * 8);
  return view;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

function inBytes(words: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.byteLength));
  for (const [i, word] of words.entries()) view.setInt32(i * Int32Array.BYTES_PER_ELEMENT, word);
  return new Uint8Array(view.buffer);
}

/** Section 6.2.2, in 32-bit words. */
function compress256(state: Int32Array, block: DataView, at: number): void {
  const w = new Int32Array(64);
  for (let t = 0; t < 16; t++) w[t] = block.getInt32(at + 4 * t);
  const word = (t: number) => w[t] ?? 0;
  for (let t = 16; t < 64; t++) {
    const [x, y] = [word(t - 15), word(t - 2)];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = word(t - 16) + s0 + word(t - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROOTS_OF_80[2 * t] ?? 0) + word(t)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** Section 6.4.2, in 64-bit words. */
function compress512(state: Int32Array, block: DataView, at: number): void {
  const w = new BigInt64Array(80);
  for (let t = 0; t < 16; t++) w[t] = block.getBigInt64(at + 8 * t);
  const word = (t: number) => BigInt.asUintN(64, w[t] ?? 0n);
  for (let t = 16; t < 80; t++) {
    const [x, y] = [word(t - 15), word(t - 2)];
    const s0 = rotateLong(x, 1n) ^ rotateLong(x, 8n) ^ (x >> 7n);
    const s1 = rotateLong(y, 19n) ^ rotateLong(y, 61n) ^ (y >> 6n);
    w[t] = word(t - 16) + s0 + word(t - 7) + s1;
  }
  const before = Array.from({ length: 8 }, (_, i) => longOf(state, i));
  let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = before;
  for (let t = 0; t < 80; t++) {
    const s1 = rotateLong(e, 14n) ^ rotateLong(e, 18n) ^ rotateLong(e, 41n);
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + longOf(ROOTS_OF_80, t) + word(t);
    const s0 = rotateLong(a, 28n) ^ rotateLong(a, 34n) ^ rotateLong(a, 39n);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, BigInt.asUintN(64, d + t1), c, b, a, BigInt.asUintN(64, t1 + t2)];
  }
  for (const [i, long] of [a, b, c, d, e, f, g, h].entries()) {
    const sum = BigInt.asUintN(64, (before[i] ?? 0n) + long);
    state[2 * i] = Number(sum >> 32n);
    state[2 * i + 1] = Number(sum & 0xffff_ffffn);
  }
}

function rotateLong(long: bigint, bits: bigint): bigint {
  return BigInt.asUintN(64, (long >> bits) | (long << (64n - bits)));
}

function longOf(words: Int32Array, index: number): bigint {
  return (BigInt((words[2 * index] ?? 0) >>> 0) << 32n) | BigInt((words[2 * index + 1] ?? 0) >>> 0);
}

function wordsOf(hex: string): Int32Array {
  return Int32Array.from(hex.match(/.{8}/g) ?? [], (word) => Number.parseInt(word, 16));
}

/** Of the square roots of the first 8 primes. */
const ROOTS_OF_8: Int32Array = wordsOf(
  '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1' +
    '510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179',
);

/** Of the cube roots of the first 80 primes. */
const ROOTS_OF_80: Int32Array = wordsOf(
  '428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b538' +
    '59f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118d807aa98a303024212835b0145706fbe' +
    '243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235' +
    'c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c65' +
    '2de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5983e5152ee66dfab' +
    'a831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa725' +
    '06ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed' +
    '53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b' +
    'a2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218' +
    'd69906245565a910f40e35855771202a106aa07032bbd1b819a4c116b8d2d0c81e376c085141ab53' +
    '2748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373' +
    '682e6ff3d6b2b8a3748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec' +
    '90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532bca273eceea26619c' +
    'd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6' +
    '113f9804bef90dae1b710b35131c471b28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc' +
    '431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817',
);
