import { describe, expect, test } from 'vitest';
import {
  bytesBehind,
  digestedFraming,
  FRAMINGS,
  framed,
  framedSize,
  MOST_FRAMING_BYTES,
} from '../../../src/stream/segment/framing.ts';
import { LAST_SEQ } from '../../../src/stream/stream.ts';

const payload = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('framed', () => {
  test.each([
    { framing: 'websocket', message: '\x81\x09{"seq":7}' },
    { framing: 'lines', message: '{"seq":7}\n' },
    { framing: 'events', message: 'id: 7\ndata: {"seq":7}\n\n' },
    { framing: 'payload', message: '{"seq":7}' },
  ] as const)('in $framing', ({ framing, message }) => {
    expect(textOf(framed(framing, payload('{"seq":7}'), 7, true))).toBe(message);
  });

  test('a binary message has an opcode of its own', () => {
    expect([...framed('websocket', Uint8Array.of(1, 2), 0, false)]).toEqual([0x82, 2, 1, 2]);
  });

  // RFC 6455 asks for the shortest form of the length.
  test.each([
    { size: 125, header: [0x81, 125] },
    { size: 126, header: [0x81, 126, 0, 126] },
    { size: 65_535, header: [0x81, 126, 0xff, 0xff] },
    { size: 65_536, header: [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0] },
  ])('a payload of $size bytes has a header of its own length', ({ size, header }) => {
    const frame = framed('websocket', new Uint8Array(size).fill(0x20), 0, true);
    expect([...frame.subarray(0, header.length)]).toEqual(header);
    expect(frame).toHaveLength(header.length + size);
  });

  test('is as long as is told', () => {
    for (const framing of FRAMINGS) {
      for (const size of [0, 125, 126, 65_535, 65_536]) {
        for (const seq of [0, LAST_SEQ]) {
          const { length } = framed(framing, new Uint8Array(size), seq, true);
          expect(framedSize(framing, size, seq, true)).toBe(length);
          expect(length - size).toBeLessThanOrEqual(MOST_FRAMING_BYTES);
          expect(length - size).toBeGreaterThanOrEqual(bytesBehind(framing));
        }
      }
    }
  });
});

test('text is digested one a line, and binary as it is', () => {
  expect(digestedFraming(true)).toBe('lines');
  expect(digestedFraming(false)).toBe('payload');
});
