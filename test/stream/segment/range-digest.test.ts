import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAMINGS } from '../../../src/stream/segment/framing.ts';
import { RangeDigest } from '../../../src/stream/segment/range-digest.ts';
import { encodeSegment, type Segment } from '../../../src/stream/segment/segment.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import type { SegmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { LAST_SEQ, openStream } from '../../../src/stream/stream.ts';

const SEARCH = { seed: 20_260_101, numRuns: 25 };

// Long messages, so that a short range spans several segments.
const cache = new SegmentCache(8_000_000);
const text = cache.source(openStream('bytes?size=8000'), 'websocket');
const short = cache.source(openStream('bytes?size=100'), 'websocket');
const binary = cache.source(openStream('arrays?dtype=uint8&shape=8000&encoding=npy'), 'websocket');

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

/** With a span that does not divide the stream. */
function segmentOf(series: SegmentSeries, seq: number): Segment {
  return encodeSegment({ ...series, span: 1000 }, Math.floor(seq / 1000));
}

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

  test('begins and ends anywhere among the checkpoints of a segment', () => {
    const { span } = short.series;
    expect(span).toBeGreaterThan(4 * 64);
    const edges = [
      0,
      1,
      63,
      64,
      65,
      127,
      128,
      200,
      span - 65,
      span - 64,
      span - 1,
      span,
      span + 63,
      span + 64,
    ];
    const payloads = messages(short, 0, span + 64);
    for (const from of edges) {
      for (const to of edges.filter((edge) => edge >= from)) {
        const taken = payloads.slice(from, to + 1);
        const lines = Buffer.concat(taken.flatMap((payload) => [payload, Buffer.from('\n')]));
        const wanted = { crc32: crc32(lines), bytes: sizeOf(taken) };
        expect({ from, to, ...digested(short, from, to) }).toMatchObject({ from, to, ...wanted });
      }
    }
  });

  test('is the same whatever was asked for before, of ranges that join and of others', () => {
    const seq = fc.integer({ min: 0, max: 3 * short.series.span });
    const size = fc.integer({ min: 1, max: 200 });
    const ranges = fc.oneof(
      fc.array(size, { maxLength: 12 }).map((sizes) => {
        let next = 0;
        return sizes.map((each) => {
          next += each;
          return { from: next - each, to: next - 1 };
        });
      }),
      fc
        .array(fc.tuple(seq, size), { maxLength: 6 })
        .map((given) => given.map(([from, each]) => ({ from, to: from + each - 1 }))),
    );
    fc.assert(
      fc.property(ranges, (given) => {
        const asked = new SegmentCache(8_000_000).source(short.stream, 'websocket'); // of which nothing is known yet
        for (const { from, to } of given) {
          const lines = messages(short, from, to).map((payload) => `${Buffer.from(payload)}\n`);
          expect(digested(asked, from, to).crc32).toBe(crc32(lines.join('')));
        }
      }),
      SEARCH,
    );
  });

  test('of the last messages of a stream, whose segment ends between checkpoints', () => {
    const cut = { ...short, segmentOf: (seq: number) => segmentOf(short.series, seq) };
    for (const from of [LAST_SEQ - 700, LAST_SEQ - 64, LAST_SEQ - 10, LAST_SEQ]) {
      const taken = messages(short, from, LAST_SEQ);
      const lines = Buffer.concat(taken.flatMap((payload) => [payload, Buffer.from('\n')]));
      expect(digested(cut, from, LAST_SEQ)).toMatchObject({ crc32: crc32(lines), bytes: sizeOf(taken) });
    }
  });

  test('is the same whatever the framing of the segments', () => {
    fc.assert(
      fc.property(range, fc.constantFrom(...FRAMINGS), ({ from, to }, framing) => {
        for (const source of [text, short])
          expect(digested(cache.source(source.stream, framing), from, to)).toMatchObject({
            crc32: digested(source, from, to).crc32,
            bytes: sizeOf(messages(source, from, to)),
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
    const { span } = text.series;
    expect(digested(text, 0, 0).steps).toBe(1);
    expect(digested(text, 0, span - 1).steps).toBe(1);
    expect(digested(text, 0, span).steps).toBe(2);
    expect(digested(text, span - 1, 2 * span).steps).toBe(3);
  });

  test('is of what was taken in so far, and stays as it is at the end', () => {
    const { span } = text.series;
    const digest = new RangeDigest(text, 0, span);
    expect([digest.crc32, digest.bytes]).toEqual([0, 0]);
    expect(digest.step()).toBe(false);
    expect(digest.crc32).toBe(digested(text, 0, span - 1).crc32);
    expect(digest.step()).toBe(true);
    expect(digest.step()).toBe(true);
    expect(digest.bytes).toBe(8000 * (span + 1));
  });
});
