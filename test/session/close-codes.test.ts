import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLOSE,
  type Closing,
  closeIsFinal,
  closeReason,
  httpStatusIsFinal,
  isNormalClose,
} from '../../src/session/close-codes.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

const REFUSED = { served: false, welcomed: false, own: false };

describe('whether a client comes back', () => {
  const comesBack = (code: number, closing: Partial<Closing>) =>
    !closeIsFinal(code, { ...REFUSED, ...closing });

  test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, CLOSE.idle, 4429])('after %i it does', (code) => {
    for (const own of [false, true])
      for (const served of [false, true]) expect(comesBack(code, { served, own })).toBe(true);
  });

  test.each([1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4403, 4404, 4409, 4410, 4422])(
    'after %i it does not',
    (code) => {
      expect(comesBack(code, {})).toBe(false);
    },
  );

  test('after 1002 and 1008 it does if messages came over the connection, and so it was not refused', () => {
    const served = { served: true, welcomed: true };
    for (const code of [1002, 1008]) expect(comesBack(code, served), String(code)).toBe(true);
    for (const code of [1003, 1007, 1009, 1010, 4400, 4401, 4403, 4404, 4410, 4422])
      expect(comesBack(code, served), String(code)).toBe(false);
  });

  test('after 4409 it does once it was welcomed: somebody else took its name in an outage', () => {
    expect(comesBack(CLOSE.nameInUse, { welcomed: true })).toBe(true);
  });

  test('after what it found broken itself it does if messages came before, but not after what is too large', () => {
    const own = { served: true, welcomed: true, own: true };
    for (const code of [1002, 1007]) expect(comesBack(code, own), String(code)).toBe(true);
    for (const code of [1008, 1009]) expect(comesBack(code, own), String(code)).toBe(false);
    for (const code of [1002, 1007, 1009]) expect(comesBack(code, { own: true }), String(code)).toBe(false);
  });

  test.each([408, 425, 429, 460, 499, 500, 502, 503, 504, 520, 521, 527, 530, 599])(
    'after HTTP %i it does',
    (status) => {
      expect(httpStatusIsFinal(status, false)).toBe(false);
    },
  );

  test.each([200, 301, 400, 401, 403, 404, 409, 426, 501, 505])('after HTTP %i it does not', (status) => {
    expect(httpStatusIsFinal(status, false)).toBe(true);
  });

  test('after any HTTP status it does once it was welcomed: that is an answer of something in between', () => {
    for (let status = 200; status < 600; status++) expect(httpStatusIsFinal(status, true)).toBe(false);
  });

  test('1000, and no code at all, are how a plain server says that it has sent all', () => {
    expect([1000, 1005, 1001, 1006, 1012].map(isNormalClose)).toEqual([true, true, false, false, false]);
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
