import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeClientMessage, encodeControl } from '../../src/session/codec.ts';
import { LIMITS } from '../../src/session/limits.ts';
import { CLIENT_MESSAGES, type Receipt } from '../../src/session/messages.ts';
import { receiptFor } from '../../src/session/receipt.ts';
import { encodeReceipt, readPlainReceipt } from '../../src/session/receipt-text.ts';
import { check } from '../../src/session/schema.ts';

const near = (limit: number) => fc.constantFrom(0, 1, limit - 1, limit, limit + 1);
const receipt: fc.Arbitrary<Receipt> = fc.record({
  type: fc.constant('receipt' as const),
  block: fc.oneof(fc.nat(), fc.maxSafeNat()),
  from: fc.oneof(fc.nat(), fc.maxSafeNat()),
  to: fc.oneof(fc.nat(), fc.maxSafeNat()),
  count: fc.oneof(fc.integer(), near(LIMITS.blockMessages)),
  bytes: fc.oneof(fc.nat(), near(LIMITS.blockBytes)),
  elapsed_ms: fc.oneof(
    fc.nat(1e9).map((us) => us / 1000),
    fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }),
  ),
  crc32: fc.constantFrom('0123abcd', '00000000', '0123ABCD', '0123abc', '0123abcg'),
  interrupted: fc.boolean(),
  text: fc.oneof(fc.string({ maxLength: 1025 }), fc.string({ unit: 'binary' })),
});

/** What a text is by the schema alone. */
function asJson(text: string): Receipt | undefined {
  try {
    const checked = check(CLIENT_MESSAGES.receipt, JSON.parse(text.slice(1)));
    return 'value' in checked ? (checked.value as Receipt) : undefined;
  } catch {
    return undefined;
  }
}

const BLOCK = { block: 3, from: 10, to: 14, count: 5, bytes: 1602, elapsedMs: 401.2126, crc32: 0x0123abcd };
const USUAL = encodeControl(
  receiptFor('alice', { ...BLOCK, intervalMs: 500, interrupted: true, partial: false, messages: [] }),
);

test('what is written is what any other control message would be', () => {
  fc.assert(
    fc.property(receipt, (each) => {
      expect(encodeReceipt(each)).toBe(encodeControl(each));
    }),
  );
});

test('what is read plainly is what it is as JSON', () => {
  let plain = 0;
  fc.assert(
    fc.property(receipt, (each) => {
      const text = encodeControl(each);
      const read = readPlainReceipt(text);
      if (read === undefined) return;
      plain++;
      expect(read).toStrictEqual(asJson(text));
    }),
    { numRuns: 2000 },
  );
  expect(plain).toBeGreaterThan(0);
});

test('the usual receipt is read plainly, and however it is damaged, it is read as JSON would be or not at all', () => {
  expect(readPlainReceipt(USUAL)).toStrictEqual(asJson(USUAL));
  expect(readPlainReceipt(USUAL)?.text).toBe('Client alice received 3 block in 401.213 ms time');
  const characters = [...'0123456789-+.eE",:{}[]\\ \n\u001e\u007fé', ''];
  let plain = 0;
  for (let at = 0; at <= USUAL.length; at++) {
    for (const added of characters) {
      for (const removed of [0, 1]) {
        const text = USUAL.slice(0, at) + added + USUAL.slice(at + removed);
        const read = readPlainReceipt(text);
        if (read === undefined) continue;
        plain++;
        if (!isDeepStrictEqual(read, asJson(text)))
          expect({ text, read }).toEqual({ text, read: asJson(text) });
      }
    }
  }
  expect(plain).toBeGreaterThan(0);
});

test.each([
  ['block', 0],
  ['count', 0],
  ['count', LIMITS.blockMessages + 1],
  ['bytes', LIMITS.blockBytes + 1],
])('a receipt with a %s of %i is refused, and the member named', (member, value) => {
  const text = encodeControl({ ...(JSON.parse(USUAL.slice(1)) as Receipt), [member]: value });
  expect(() => decodeClientMessage(text)).toThrow(`receipt: ${member}: `);
});
