import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeSegment, firstFrameSize, segmentSpan } from '../../../src/stream/segment/segment.ts';
import { LAST_SEQ, openStream, type Stream } from '../../../src/stream/stream.ts';
import { payloadsOf } from '../../simulation/frames.ts';

const NAMES = ['users', 'bytes?size=125', 'bytes?size=126', 'arrays?dtype=int8', 'arrays?encoding=npy'];

/** The bytes that a run of messages is digested over. */
function digested(stream: Stream, payloads: readonly Uint8Array[]): Buffer {
  const end = stream.text ? [Buffer.from('\n')] : [];
  return Buffer.concat(payloads.flatMap((payload) => [payload, ...end]));
}

describe('encodeSegment', () => {
  test.each(NAMES)('%s: the frames hold the payloads, and the prefixes are theirs', (name) => {
    const stream = openStream(name);
    const { firstSeq, count, bytes, offsets, payloadBytes, crcs } = encodeSegment(stream, 3, 16);
    const payloads = Array.from({ length: 16 }, (_, i) => stream.message(48 + i));
    expect({ firstSeq, count }).toEqual({ firstSeq: 48, count: 16 });
    expect(payloadsOf(bytes)).toEqual(payloads);
    for (let i = 0; i <= count; i++) {
      const before = payloads.slice(0, i);
      expect(payloadsOf(bytes.subarray(0, offsets[i]))).toEqual(before);
      expect(payloadBytes[i]).toBe(before.reduce((sum, payload) => sum + payload.length, 0));
    }
    expect([offsets.length, payloadBytes.length]).toEqual([17, 17]);
    expect([...crcs]).toEqual([0, crc32(digested(stream, payloads))]);
    expect(offsets[16]).toBe(bytes.length);
  });

  test('text and binary frames are whole, final and unmasked', () => {
    for (const [name, opcode] of [
      ['bytes', 1],
      ['arrays?encoding=npy', 2],
    ] as const) {
      const { bytes, offsets } = encodeSegment(openStream(name), 0, 4);
      for (const offset of offsets.subarray(0, 4)) {
        expect(bytes[offset]).toBe(0x80 | opcode);
        expect((bytes[offset + 1] ?? 0) & 0x80).toBe(0);
      }
    }
  });

  // RFC 6455 asks for the shortest form of the length.
  test.each([
    { size: 125, header: [0x81, 125] },
    { size: 126, header: [0x81, 126, 0, 126] },
    { size: 65_535, header: [0x81, 126, 0xff, 0xff] },
    { size: 65_536, header: [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0] },
  ])('a payload of $size bytes has a header of its own length', ({ size, header }) => {
    const stream = openStream(`bytes?size=${size}`);
    const { bytes } = encodeSegment(stream, 0, 1);
    expect([...bytes.subarray(0, header.length)]).toEqual(header);
    expect(bytes).toHaveLength(header.length + size);
    expect(payloadsOf(bytes)).toEqual([stream.message(0)]);
  });

  test('the last segment ends with the stream', () => {
    const stream = openStream('bytes?size=35');
    const span = 16;
    const index = Math.floor(LAST_SEQ / span);
    const { firstSeq, count, bytes } = encodeSegment(stream, index, span);
    expect(firstSeq + count - 1).toBe(LAST_SEQ);
    expect(payloadsOf(bytes).at(-1)).toEqual(stream.message(LAST_SEQ));
  });

  test('a span that does not divide the stream ends with it too', () => {
    const stream = openStream('bytes?size=35');
    const span = 10;
    const { firstSeq, count } = encodeSegment(stream, Math.floor(LAST_SEQ / span), span);
    expect(firstSeq + count - 1).toBe(LAST_SEQ);
    expect(count).toBeLessThan(span);
  });
});

describe('take', () => {
  const stream = openStream('users');
  const segment = encodeSegment(stream, 3, 16);
  const messages = (from: number, end: number) =>
    Array.from({ length: end - from }, (_, i) => stream.message(from + i));

  test.each([
    { from: 48, before: 64, end: 64, what: 'all of it' },
    { from: 50, before: 1000, end: 64, what: 'nothing beyond it' },
    { from: 48, before: 50, end: 50, what: 'nothing beyond what is asked for' },
    { from: 63, before: 64, end: 64, what: 'its last message' },
  ])('gives $what', ({ from, before, end }) => {
    const taken = segment.take(from, before, 1_000_000);
    expect(taken.end).toBe(end);
    expect(payloadsOf(taken.bytes)).toEqual(messages(from, end));
    expect(taken.hold).toBeUndefined();
  });

  test('gives as many as there is room for, and one if there is none', () => {
    const sizes = messages(50, 64).map(({ length }) => length + 4);
    const [first = 0, second = 0, third = 0] = sizes;
    for (const [mostBytes, count] of [
      [0, 1],
      [first + second - 1, 1],
      [first + second, 2],
      [first + second + third - 1, 2],
    ] as const) {
      const taken = segment.take(50, 64, mostBytes);
      expect(taken.end).toBe(50 + count);
      expect(payloadsOf(taken.bytes)).toEqual(messages(50, 50 + count));
    }
  });
});

describe('segmentSpan', () => {
  test.each(['users', 'bytes?size=35', 'bytes', 'bytes?size=65536', 'bytes?size=1048576'])(
    '%s: a power of two, of about 64 KiB',
    (name) => {
      const stream = openStream(name);
      const span = segmentSpan(stream);
      const bytes = span * stream.message(0).length;
      expect(Number.isInteger(Math.log2(span))).toBe(true);
      expect(span === 1 || bytes < 93_000).toBe(true);
      expect(bytes).toBeGreaterThan(46_000 - 2 * span); // but for the frames' headers
    },
  );

  test('of the greatest messages is 1, and never more than 4096', () => {
    expect(segmentSpan(openStream('bytes?size=1048576'))).toBe(1);
    const tiny: Stream = { ...openStream('bytes'), message: () => Uint8Array.of(0x30) };
    expect(segmentSpan(tiny)).toBe(4096);
  });
});

test('the first message of a stream is made once to tell its size, however often that is asked for', () => {
  const stream = openStream('arrays?shape=100');
  let made = 0;
  const counted: Stream = {
    ...stream,
    message: (seq) => {
      made++;
      return stream.message(seq);
    },
  };
  const sizes = [firstFrameSize(counted), firstFrameSize(counted)];
  expect(segmentSpan(counted)).toBe(segmentSpan(stream));
  expect(made).toBe(1);
  const { length } = stream.message(0);
  expect(sizes).toEqual([length + 4, length + 4]);
});
