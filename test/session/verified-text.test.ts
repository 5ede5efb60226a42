import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeServerMessage, encodeControl, ProtocolError } from '../../src/session/codec.ts';
import { readPlainVerified } from '../../src/session/verified-text.ts';

test('an answer is read plainly as it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (block) => {
      expect(readPlainVerified(encodeControl({ type: 'verified', block }))).toEqual({
        type: 'verified',
        block,
      });
    }),
  );
});

test.each([
  ['no block', '\u001e{"type":"verified","block":0}'],
  ['a fraction', '\u001e{"type":"verified","block":1.5}'],
  ['a number that a digit may be lost of', '\u001e{"type":"verified","block":9007199254740993}'],
  ['a leading zero', '\u001e{"type":"verified","block":01}'],
  ['something behind it', '\u001e{"type":"verified","block":1} '],
  ['no mark', '{"type":"verified","block":1}'],
])('%s is read as JSON or not at all', (_, text) => {
  expect(readPlainVerified(text)).toBeUndefined();
});

test('any other answer is read as before', () => {
  const timed = { type: 'verified', block: 2, sent_ms: [1.5, null] } as const;
  expect(decodeServerMessage(encodeControl(timed))).toEqual(timed);
  expect(decodeServerMessage('\u001e{"block":7,"type":"verified"}')).toEqual({ type: 'verified', block: 7 });
  expect(() => decodeServerMessage('\u001e{"type":"verified","block":0}')).toThrow(ProtocolError);
});
