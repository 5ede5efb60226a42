import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeControl,
  MARK_BYTE,
  ProtocolError,
} from '../../src/session/codec.ts';
import { LIMITS } from '../../src/session/limits.ts';
import type {
  Clock,
  ClockRequest,
  Mismatch,
  Receipt,
  Verified,
  Welcome,
} from '../../src/session/messages.ts';

const seq = fc.maxSafeNat();
const block = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const rate = fc.oneof(
  fc.double({ min: 1e-9, noDefaultInfinity: true, noNaN: true }),
  fc.constant('max' as const),
);

const welcome: fc.Arbitrary<Welcome> = fc.record({
  type: fc.constant('welcome' as const),
  server: fc.string(),
  client: fc.string(),
  token: fc.string(),
  stream: fc.string({ unit: 'binary' }),
  stream_id: hex(16),
  generator: block,
  faker: fc.string(),
  from: seq,
  rate,
  profile: fc.string(),
  t0_ms: fc.double({ noDefaultInfinity: true, noNaN: true }).map((ms) => ms + 0),
});
const verified: fc.Arbitrary<Verified> = fc.record({ type: fc.constant('verified' as const), block });
const ms = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0);
const timedVerified: fc.Arbitrary<Verified> = fc.record({
  type: fc.constant('verified' as const),
  block,
  sent_ms: fc.array(fc.option(ms)),
});
const clock: fc.Arbitrary<Clock> = fc.record({
  type: fc.constant('clock' as const),
  t1_ms: ms,
  t2_ms: ms,
  t3_ms: ms,
});
const clockRequest: fc.Arbitrary<ClockRequest> = fc.record({
  type: fc.constant('clock_request' as const),
  t1_ms: ms,
});
const mismatch: fc.Arbitrary<Mismatch> = fc.record({
  type: fc.constant('mismatch' as const),
  block,
  from: seq,
  to: seq,
  expected_crc32: hex(8),
  received_crc32: hex(8),
  reason: fc.string({ unit: 'grapheme' }),
});
const receipt: fc.Arbitrary<Receipt> = fc.record({
  type: fc.constant('receipt' as const),
  block,
  from: seq,
  to: seq,
  count: fc.integer({ min: 1, max: 1_000_000 }),
  bytes: fc.nat(LIMITS.blockBytes),
  elapsed_ms: fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }),
  crc32: hex(8),
  interrupted: fc.boolean(),
  text: fc.string({ maxLength: 1024 }),
});

const DECODERS = [
  { name: 'a server', decode: decodeServerMessage },
  { name: 'a client', decode: decodeClientMessage },
] as const;

describe('round trips', () => {
  test('what a server says', () => {
    fc.assert(
      fc.property(fc.oneof(welcome, verified, timedVerified, mismatch, clock), (message) => {
        expect(decodeServerMessage(encodeControl(message))).toEqual(message);
      }),
    );
  });

  test('what a client says', () => {
    fc.assert(
      fc.property(fc.oneof(receipt, clockRequest), (message) => {
        expect(decodeClientMessage(encodeControl(message))).toEqual(message);
      }),
    );
  });

  test('the text is U+001E and one JSON object', () => {
    const text = encodeControl({ type: 'verified', block: 3 });
    expect(text).toBe('\u001e{"type":"verified","block":3}');
    expect(new TextEncoder().encode(text)[0]).toBe(MARK_BYTE);
  });
});

describe.each(DECODERS)('from $name', ({ decode }) => {
  test.each(['', '{', 'verified', '\u001e{}', 'undefined'])('%j is not JSON', (text) => {
    expect(() => decode(`\u001e${text}`)).toThrow(new ProtocolError('a control message is not JSON'));
  });

  test.each(['null', '1', '"receipt"', '[]', '[{"type":"receipt"}]', 'true'])('%s is no object', (text) => {
    expect(() => decode(`\u001e${text}`)).toThrow(
      new ProtocolError('a control message is not a JSON object'),
    );
  });

  test.each(['{}', '{"type":1}', '{"type":null}', '{"type":["receipt"]}', '{"Type":"receipt"}'])(
    '%s has no type',
    (text) => {
      expect(() => decode(`\u001e${text}`)).toThrow(new ProtocolError('a control message has no "type"'));
    },
  );

  test.each([
    'clocks',
    'unheard-of',
    '',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
  ])('a message of the unknown type %j is ignored', (type) => {
    expect(decode(`\u001e${JSON.stringify({ type })}`)).toBeUndefined();
  });

  test('a key __proto__ does no harm', () => {
    expect(decode('\u001e{"__proto__":{"type":"verified"},"type":"unheard-of"}')).toBeUndefined();
    expect(() => decode('\u001e{"__proto__":{"type":"verified","block":1}}')).toThrow(ProtocolError);
    expect(Object.hasOwn(Object.prototype, 'block')).toBe(false);
  });
});

describe('directions', () => {
  test("a client's message is unknown from a server, and the other way round", () => {
    fc.assert(
      fc.property(receipt, (message) => {
        expect(decodeServerMessage(encodeControl(message))).toBeUndefined();
      }),
      { numRuns: 5 },
    );
    expect(decodeClientMessage(encodeControl({ type: 'verified', block: 1 }))).toBeUndefined();
  });
});

describe('a message with a fault', () => {
  test('names the type and the field', () => {
    expect(() => decodeServerMessage('\u001e{"type":"verified","block":0}')).toThrow(/^verified: block: /);
    expect(() => decodeServerMessage('\u001e{"type":"verified"}')).toThrow(/^verified: block: /);
    const error = 'verified: block: expected number, got a string';
    expect(() => decodeServerMessage('\u001e{"type":"verified","block":"1"}')).toThrow(
      new ProtocolError(error),
    );
  });

  test('shows none of its text, however long it is', () => {
    const of = (block: unknown) => () =>
      decodeServerMessage(`\u001e${JSON.stringify({ type: 'verified', block })}`);
    expect(of('x'.repeat(1000))).toThrow(new ProtocolError('verified: block: expected number, got a string'));
    expect(of(['x'.repeat(1000)])).toThrow(
      new ProtocolError('verified: block: expected number, got an array'),
    );
    expect(of(0.5)).toThrow(new ProtocolError('verified: block: expected safe integer, got 0.5'));
    expect(of(undefined)).toThrow(new ProtocolError('verified: block: expected "block", got none'));
  });

  test('a number that JSON can spell and no double can hold is none', () => {
    const message = '\u001e{"type":"clock_request","t1_ms":1e999}';
    expect(() => decodeClientMessage(message)).toThrow(/^clock_request: t1_ms: .*finite/);
  });

  test('a key that is not known is dropped, so that later versions can add some', () => {
    expect(decodeServerMessage('\u001e{"type":"verified","block":1,"more":2}')).toEqual({
      type: 'verified',
      block: 1,
    });
  });
});
