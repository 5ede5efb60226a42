import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha512, plainHmacSha512, plainSha256, sha256Hex } from '../../src/stream/sha2.ts';

const SEARCH = { seed: 20_260_101, numRuns: 50 };
/** Up to more than two blocks of SHA-512. */
const bytes = fc.uint8Array({ maxLength: 300 });

test('sha256Hex is over UTF-8', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('größe 🌊')).toBe(createHash('sha256').update(Buffer.from('größe 🌊')).digest('hex'));
});

test('hmacSha512 is that of RFC 4231, case 2', () => {
  const mac = hmacSha512(Buffer.from('Jefe'), 'what do ya want for nothing?');
  expect(Buffer.from(mac).toString('hex')).toMatch(/^164b7a7bfcf819e2e395fbe73b56e0a3/);
});

test('SHA-256 in plain TypeScript is that of OpenSSL', () => {
  fc.assert(
    fc.property(bytes, (content) => {
      const expected = createHash('sha256').update(content).digest('hex');
      expect(Buffer.from(plainSha256(content)).toString('hex')).toBe(expected);
    }),
    SEARCH,
  );
});

test('HMAC-SHA-512 in plain TypeScript is that of OpenSSL', () => {
  fc.assert(
    fc.property(bytes, bytes, (key, content) => {
      const expected = createHmac('sha512', key).update(content).digest('hex');
      expect(Buffer.from(plainHmacSha512(key, content)).toString('hex')).toBe(expected);
    }),
    SEARCH,
  );
});
