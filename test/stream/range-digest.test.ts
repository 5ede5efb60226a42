import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeDigest } from '../../src/stream/range-digest.ts';
import { SegmentCache } from '../../src/stream/segment-cache.ts';
import { LAST_SEQ, openStream } from '../../src/stream/stream.ts';

const SEARCH = { seed: 20_260_101, numRuns: 25 };

// Long messages, so that a short range spans several segments.
const cache = new SegmentCache(8_000_000);
const text = cache.source(openStream('bytes?size=8000'));
const binary = cache.source(openStream('arrays?dtype=uint8&shape=8000&encoding=npy'));

function messages(source: typeof text, from: number, to: number): Uint8Array[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => source.stream.message(from + offset));
}

function sizeOf(payloads: readonly Uint8Array[]): number {
  return payloads.reduce((sum, payload) => sum + payload.length, 0);
}

/** Steps to the end; gives the digest and how many steps it took. */
function digested(source: typeof text, from: number, to: number) {
  const digest = new RangeDigest(source, from, to);
  let steps = 1;
  while (!digest.step()) steps++;
  return { crc32: digest.crc32, bytes: digest.bytes, steps };
}

/** Ranges within the first messages of a stream, around seq 2^32, and within the last. */
const range = fc
  .tuple(
    fc.constantFrom(0, 2 ** 32 - 20, LAST_SEQ - 40),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 40 }),
  )
  .map(([start, a, b]) => ({ from: start + Math.min(a, b), to: start + Math.max(a, b) }));

describe('RangeDigest', () => {
  test('of text is the CRC of its NDJSON', () => {
    fc.assert(
      fc.property(range, ({ from, to }) => {
        const payloads = messages(text, from, to);
        const lines = payloads.map((payload) => `${new TextDecoder().decode(payload)}\n`);
        expect(digested(text, from, to)).toMatchObject({
          crc32: crc32(lines.join('')),
          bytes: sizeOf(payloads),
        });
      }),
      SEARCH,
    );
  });

  test('of binary is the CRC of the payloads as they are', () => {
    fc.assert(
      fc.property(range, ({ from, to }) => {
        const payloads = messages(binary, from, to);
        expect(digested(binary, from, to)).toMatchObject({
          crc32: crc32(Buffer.concat(payloads)),
          bytes: sizeOf(payloads),
        });
      }),
      SEARCH,
    );
  });

  test('takes one step a segment', () => {
    const { span } = text;
    expect(digested(text, 0, 0).steps).toBe(1);
    expect(digested(text, 0, span - 1).steps).toBe(1);
    expect(digested(text, 0, span).steps).toBe(2);
    expect(digested(text, span - 1, 2 * span).steps).toBe(3);
  });

  test('is of what was taken in so far, and stays as it is at the end', () => {
    const { span } = text;
    const digest = new RangeDigest(text, 0, span);
    expect([digest.crc32, digest.bytes]).toEqual([0, 0]);
    expect(digest.step()).toBe(false);
    expect(digest.crc32).toBe(digested(text, 0, span - 1).crc32);
    expect(digest.step()).toBe(true);
    expect(digest.step()).toBe(true);
    expect(digest.bytes).toBe(8000 * (span + 1));
  });
});
