import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretSeed } from '../../src/stream/secret-seed.ts';
import { LAST_SEQ, openStream, type Stream } from '../../src/stream/stream.ts';

const streams = [
  'users?seed=7',
  'users?seed=8',
  'arrays?shape=3&seed=7',
  'arrays?shape=2,2&encoding=npy',
  'bytes?size=35',
  'bytes?size=100000',
].map((name) => openStream(name));
streams.push(openStream('users', { secretSeed: new SecretSeed(new Uint8Array(16).fill(9)) }));

const stream = fc.constantFrom(...streams);
const seq = fc.oneof(fc.nat(1000), fc.constantFrom(2 ** 32 - 1, 2 ** 32, LAST_SEQ));

/** The message somewhere among other bytes, at no address in particular. */
function placed(of: Stream, at: number, offset: number) {
  const message = of.message(at);
  const whole = new Uint8Array(offset + message.length + 5).fill(0x41);
  whole.set(message, offset);
  return { bytes: whole.subarray(1), start: offset - 1, end: offset - 1 + message.length };
}

test('the bytes of a message are equal to it, wherever they are', () => {
  fc.assert(
    fc.property(stream, seq, fc.integer({ min: 1, max: 9 }), (of, at, offset) => {
      const { bytes, start, end } = placed(of, at, offset);
      expect(of.equals(at, bytes, start, end)).toBe(true);
      expect(of.equals(at, of.message(at))).toBe(true);
    }),
  );
});

test('with any byte another, one more or one less, they are not', () => {
  fc.assert(
    fc.property(stream, seq, fc.nat(), fc.integer({ min: 1, max: 255 }), (of, at, where, change) => {
      const { bytes, start, end } = placed(of, at, 3);
      expect(of.equals(at, bytes, start, end - 1)).toBe(false);
      expect(of.equals(at, bytes, start, end + 1)).toBe(false);
      const index = start + (where % (end - start));
      bytes[index] = (bytes[index] ?? 0) ^ change;
      expect(of.equals(at, bytes, start, end)).toBe(false);
    }),
  );
});

test('another message is not equal, and a seq that is none is refused', () => {
  for (const of of streams) expect(of.equals(5, of.message(6))).toBe(false);
  expect(() => streams[0]?.equals(-1, new Uint8Array(0))).toThrow(RangeError);
});
