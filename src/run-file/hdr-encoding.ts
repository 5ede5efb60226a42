import { deflateSync, inflateSync } from 'node:zlib';
import { Histogram } from '../measure/histogram.ts';

/**
 * HdrHistogram's V2 encoding, deflated, in base64: what its log processors and plotters read. Source: the method
 * `encodeIntoCompressedByteBuffer` of HdrHistogram for Java, version 2.
 *
 * Counts are ZigZag LEB128 numbers; a run of n counts of 0 is the number -n.
 */
const V2_COOKIE = 0x1c849313;
const V2_DEFLATED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;

export function encodeHdr(histogram: Histogram): string {
  const payload: number[] = [];
  let zeros = 0;
  for (const count of histogram.counts) {
    if (count === 0) {
      zeros++;
      continue;
    }
    if (zeros > 0) writeZigZag(payload, -zeros);
    zeros = 0;
    writeZigZag(payload, count);
  }
  const encoded = Buffer.alloc(HEADER_BYTES + payload.length);
  encoded.writeInt32BE(V2_COOKIE, 0);
  encoded.writeInt32BE(payload.length, 4);
  encoded.writeInt32BE(0, 8); // offset of the indices
  encoded.writeInt32BE(Histogram.SIGNIFICANT_DIGITS, 12);
  encoded.writeBigInt64BE(1n, 16); // lowest value that can be told from 0
  encoded.writeBigInt64BE(BigInt(Histogram.HIGHEST), 24);
  encoded.writeDoubleBE(1, 32); // what a value is to be multiplied by
  encoded.set(payload, HEADER_BYTES);
  const deflated = deflateSync(encoded);
  const header = Buffer.alloc(8);
  header.writeInt32BE(V2_DEFLATED_COOKIE, 0);
  header.writeInt32BE(deflated.length, 4);
  return Buffer.concat([header, deflated]).toString('base64');
}

/**
 * Reads the output of `encodeHdr`.
 *
 * @param mean of the values, which the format does not store
 * @throws Error that says what is wrong with it
 */
export function decodeHdr(base64: string, mean: number): Histogram {
  const compressed = Buffer.from(base64, 'base64');
  if (compressed.length < 8 || compressed.readInt32BE(0) !== V2_DEFLATED_COOKIE)
    throw new Error('is no deflated HdrHistogram of version 2');
  const encoded = inflateSync(compressed.subarray(8), { maxOutputLength: MOST_BYTES });
  if (encoded.length < HEADER_BYTES || encoded.readInt32BE(0) !== V2_COOKIE)
    throw new Error('holds no HdrHistogram of version 2');
  const digits = encoded.readInt32BE(12);
  if (digits !== Histogram.SIGNIFICANT_DIGITS)
    throw new Error(`has ${digits} significant digits, expected ${Histogram.SIGNIFICANT_DIGITS}`);
  const histogram = new Histogram();
  let index = 0;
  for (const value of zigZags(encoded.subarray(HEADER_BYTES, HEADER_BYTES + encoded.readInt32BE(4)))) {
    if (value < 0) index -= value;
    else histogram.addCount(index++, value);
    if (index > MOST_COUNTS) throw new Error(`has more than ${MOST_COUNTS} counts`);
  }
  histogram.addSum(mean * histogram.count);
  return histogram;
}

/** Whether `decodeHdr` can read it. */
export function isHdr(base64: string): boolean {
  try {
    decodeHdr(base64, 0);
    return true;
  } catch {
    return false;
  }
}

/** More counts than a histogram with the highest value has. */
const MOST_COUNTS = 65_536;
const MOST_BYTES = HEADER_BYTES + 9 * MOST_COUNTS;

/** In doubles: counts beyond 2^31 are exact there, and bit operations would truncate them. */
function writeZigZag(bytes: number[], value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function* zigZags(bytes: Uint8Array): Generator<number> {
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte % 128) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    yield value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    value = 0;
    scale = 1;
  }
}
