import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crc32Append,
  crc32Hex,
  digestBytes,
  digestMessage,
  digestSize,
  plainCrc32,
} from '../../src/stream/digest.ts';

const SEARCH = { seed: 20_260_101, numRuns: 200 };
const bytes = fc.uint8Array({ maxLength: 300 });

/** Of A followed by B, from the CRC of each. */
function join(crcA: number, crcB: number, sizeB: number): number {
  return crc32Append(crcA, 0, crcB, sizeB);
}

test('no bytes change nothing, though zlib begins anew where there is no memory', () => {
  const nothing = new Uint8Array(new ArrayBuffer(0));
  expect(digestBytes(nothing, 17)).toBe(17);
  expect(digestMessage(nothing, false, 17)).toBe(17);
});

describe('crc32Append', () => {
  test('is the CRC of X with what is behind A', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (x, a, b) => {
        const [crcX, crcA, crcAB] = [zlibCrc32(x), zlibCrc32(a), zlibCrc32(Buffer.concat([a, b]))];
        expect(crc32Append(crcX, crcA, crcAB, b.length)).toBe(zlibCrc32(Buffer.concat([x, b])));
      }),
      SEARCH,
    );
  });

  test('does not depend on where the bytes are cut', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (a, b, c) => {
        const [crcA, crcB, crcC] = [zlibCrc32(a), zlibCrc32(b), zlibCrc32(c)];
        const left = join(join(crcA, crcB, b.length), crcC, c.length);
        const right = join(crcA, join(crcB, crcC, c.length), b.length + c.length);
        expect(left).toBe(right);
      }),
      SEARCH,
    );
  });

  test('with no bytes on either side changes nothing', () => {
    const crc = zlibCrc32(Buffer.from('tide'));
    expect(join(crc, 0, 0)).toBe(crc);
    expect(join(0, crc, 4)).toBe(crc);
  });

  test('takes a second part of 2^40 bytes', () => {
    // Zero bytes by doubling: two halves of 2^39 joined are the whole, and 2^40 in one step is the same.
    const start = zlibCrc32(Buffer.from('tide'));
    let zeros = zlibCrc32(Uint8Array.of(0));
    for (let power = 0; power < 39; power++) zeros = join(zeros, zeros, 2 ** power);
    const inTwo = join(join(start, zeros, 2 ** 39), zeros, 2 ** 39);
    expect(join(start, join(zeros, zeros, 2 ** 39), 2 ** 40)).toBe(inTwo);
  });
});

describe('digestMessage', () => {
  test('of binary gives the published check value of CRC-32', () => {
    expect(digestMessage(Buffer.from('123456789'), false)).toBe(0xcbf43926);
    expect(digestMessage(new Uint8Array(), false)).toBe(0);
  });

  test('counts text with a newline behind it and binary as it is', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.boolean(), (payloads, text) => {
        const end = text ? [Buffer.from('\n')] : [];
        const whole = Buffer.concat(payloads.flatMap((payload) => [payload, ...end]));
        const crc = payloads.reduce((start, payload) => digestMessage(payload, text, start), 0);
        const total = payloads.reduce((sum, payload) => sum + payload.length, 0);
        expect(crc).toBe(zlibCrc32(whole));
        expect(digestSize(total, payloads.length, text)).toBe(whole.length);
      }),
      SEARCH,
    );
  });
});

test('crc32Hex is eight lower-case digits', () => {
  expect(crc32Hex(0)).toBe('00000000');
  expect(crc32Hex(0xabc)).toBe('00000abc');
  expect(crc32Hex(0xcbf43926)).toBe('cbf43926');
  expect(crc32Hex(-1)).toBe('ffffffff');
});

test('plainCrc32 is the CRC-32 of zlib, from any start', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (content, start) => {
      fc.pre(content.length > 0);
      expect(plainCrc32(content, start)).toBe(zlibCrc32(content, start));
    }),
    SEARCH,
  );
});
