import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeSegment } from '../../../src/stream/segment/segment.ts';
import { segmentSeries } from '../../../src/stream/segment/segment-series.ts';
import { LAST_SEQ, openStream, type Stream } from '../../../src/stream/stream.ts';
import { payloadsOf } from '../../simulation/frames.ts';

const NAMES = ['users', 'bytes?size=125', 'bytes?size=126', 'arrays?dtype=int8', 'arrays?encoding=npy'];

/** The frames of a stream, in segments of so many. */
const seriesOf = (stream: Stream, span: number) => ({ ...segmentSeries(stream, 'websocket'), span });

/** The bytes that a run of messages is digested over. */
function digested(stream: Stream, payloads: readonly Uint8Array[]): Buffer {
  const end = stream.text ? [Buffer.from('\n')] : [];
  return Buffer.concat(payloads.flatMap((payload) => [payload, ...end]));
}

describe('encodeSegment', () => {
  test.each(NAMES)('%s: the frames hold the payloads, and the prefixes are theirs', (name) => {
    const stream = openStream(name);
    const { firstSeq, count, bytes, offsets, payloadBytes, crcs } = encodeSegment(seriesOf(stream, 16), 3);
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
      const { bytes, offsets } = encodeSegment(seriesOf(openStream(name), 4), 0);
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
    const { bytes } = encodeSegment(seriesOf(stream, 1), 0);
    expect([...bytes.subarray(0, header.length)]).toEqual(header);
    expect(bytes).toHaveLength(header.length + size);
    expect(payloadsOf(bytes)).toEqual([stream.message(0)]);
  });

  test('the last segment ends with the stream', () => {
    const stream = openStream('bytes?size=35');
    const span = 16;
    const index = Math.floor(LAST_SEQ / span);
    const { firstSeq, count, bytes } = encodeSegment(seriesOf(stream, span), index);
    expect(firstSeq + count - 1).toBe(LAST_SEQ);
    expect(payloadsOf(bytes).at(-1)).toEqual(stream.message(LAST_SEQ));
  });

  test('a span that does not divide the stream ends with it too', () => {
    const stream = openStream('bytes?size=35');
    const span = 10;
    const { firstSeq, count } = encodeSegment(seriesOf(stream, span), Math.floor(LAST_SEQ / span));
    expect(firstSeq + count - 1).toBe(LAST_SEQ);
    expect(count).toBeLessThan(span);
  });
});

describe('other framings', () => {
  test('lines are NDJSON, and cut between lines', () => {
    const stream = openStream('users');
    const segment = encodeSegment(segmentSeries(stream, 'lines'), 0);
    const { bytes, end } = segment.take(5, 100, 2000);
    const lines = Buffer.from(bytes).toString('utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(end - 5);
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, i) => 5 + i));
  });

  test('events have their seqs as ids, up to the last', () => {
    const stream = openStream('bytes?size=35');
    for (const index of [0, Math.floor(LAST_SEQ / 1024)]) {
      const segment = encodeSegment({ ...segmentSeries(stream, 'events'), span: 1024 }, index);
      const events = Buffer.from(segment.bytes).toString('utf8').split('\n\n');
      expect(events.pop()).toBe('');
      expect(events).toHaveLength(segment.count);
      for (const [i, event] of events.entries()) {
        const [id, data, ...rest] = event.split('\n');
        expect([id, rest]).toEqual([`id: ${segment.firstSeq + i}`, []]);
        expect(data).toBe(`data: ${Buffer.from(stream.message(segment.firstSeq + i))}`);
      }
    }
  });

  test('payloads of binary are apart by their offsets', () => {
    const stream = openStream('arrays?encoding=npy');
    const { bytes, offsets, count } = encodeSegment(segmentSeries(stream, 'payload'), 1);
    for (const i of [0, 1, count - 1])
      expect(bytes.subarray(offsets[i], offsets[i + 1])).toEqual(stream.message(count + i));
  });
});

describe('take', () => {
  const stream = openStream('users');
  const segment = encodeSegment(seriesOf(stream, 16), 3);
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
