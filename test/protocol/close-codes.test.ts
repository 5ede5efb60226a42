import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLOSE, closeIsFinal, closeReason, httpStatusIsFinal } from '../../src/protocol/close-codes.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

describe('whether a client comes back', () => {
  test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, CLOSE.idle, 4429])('after %i it does', (code) => {
    expect([closeIsFinal(code, false), closeIsFinal(code, true)]).toEqual([false, false]);
  });

  test.each([1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4404, 4409, 4410, 4422])(
    'after %i it does not',
    (code) => {
      expect(closeIsFinal(code, false)).toBe(true);
    },
  );

  test('after 1002 it does if messages came over the connection, and so it was not refused', () => {
    expect(closeIsFinal(1002, true)).toBe(false);
    for (const code of [1003, 1007, 1008, 1009, 1010, 4400, 4401, 4404, 4409, 4410, 4422])
      expect(closeIsFinal(code, true), String(code)).toBe(true);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('after HTTP %i it does', (status) => {
    expect(httpStatusIsFinal(status)).toBe(false);
  });

  test.each([200, 301, 400, 401, 403, 404, 409, 426, 501])('after HTTP %i it does not', (status) => {
    expect(httpStatusIsFinal(status)).toBe(true);
  });
});

describe('a close reason', () => {
  test.each(['', 'done', 'x'.repeat(123), 'é'.repeat(61), '😀'.repeat(30)])(
    'of 123 bytes at most stays as it is: %s',
    (text) => {
      expect(closeReason(text)).toBe(text);
    },
  );

  test.each([
    ['x'.repeat(124), `${'x'.repeat(120)}…`],
    ['é'.repeat(62), `${'é'.repeat(60)}…`],
    [`x${'é'.repeat(62)}`, `x${'é'.repeat(59)}…`],
    ['€'.repeat(42), `${'€'.repeat(40)}…`],
    ['😀'.repeat(31), `${'😀'.repeat(30)}…`],
    [`xx${'😀'.repeat(31)}`, `xx${'😀'.repeat(29)}…`],
  ])('is cut between characters: %s', (text, cut) => {
    expect(closeReason(text)).toBe(cut);
    expect(bytesOf(cut)).toBeLessThanOrEqual(123);
  });

  test('fits whatever the text is, is a prefix of it, and has no half character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const reason = closeReason(text);
        expect(bytesOf(reason)).toBeLessThanOrEqual(123);
        expect(new TextDecoder().decode(new TextEncoder().encode(reason))).toBe(reason);
        if (reason !== text) expect(text.startsWith(reason.slice(0, -1))).toBe(true);
      }),
    );
  });
});
