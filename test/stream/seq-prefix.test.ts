import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leadingSeq } from '../../src/stream/seq-prefix.ts';
import { LAST_SEQ, openStream } from '../../src/stream/stream.ts';

const of = (text: string) => leadingSeq(new TextEncoder().encode(text));

test.each([
  ['{"seq":0}', 0],
  ['{"seq":7,"id":1}', 7],
  ['{"seq":9007199254740991}', LAST_SEQ],
  ['{"seq":12', 12],
  ['{"seq":007}', 7],
])('%s begins with %d', (text, seq) => {
  expect(of(text)).toBe(seq);
});

test.each([
  '',
  '{',
  '{"seq":',
  '{"seq":}',
  '{"seq":-1}',
  '{"seq":"1"}',
  '{"seq": 1}',
  '{"seq":12.5}',
  '{"seq":1e300}',
  '{"seq":1E5}',
  '{ "seq":1}',
  '{"Seq":1}',
  '{"id":0,"seq":1}',
  'seq 1',
  '{"seq":9007199254740992}',
  `{"seq":${'9'.repeat(400)}}`,
])('%s begins with none', (text) => {
  expect(of(text)).toBeUndefined();
});

test.each(['users', 'arrays', 'bytes?size=35'])('finds the seq of every message of %s', (name) => {
  const stream = openStream(name);
  fc.assert(
    fc.property(fc.maxSafeNat(), (seq) => {
      expect(leadingSeq(stream.message(seq))).toBe(seq);
    }),
    { numRuns: 20 },
  );
});

test('takes any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (payload) => {
      expect(leadingSeq(payload) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});
