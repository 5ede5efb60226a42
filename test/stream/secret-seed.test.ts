import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usersProgram } from '../../src/stream/kinds/users.ts';
import { encodeMessage } from '../../src/stream/program/reference.ts';
import { SecretSeed } from '../../src/stream/secret-seed.ts';
import { openStream } from '../../src/stream/stream.ts';

const SECRET = Buffer.from('sixteen bytes or more');
const secretSeed = new SecretSeed(SECRET);
const stream = openStream('users', { secretSeed });
const textOf = (message: Uint8Array) => new TextDecoder().decode(message);

test('its name is a hash, and the secret shows nowhere', () => {
  expect(secretSeed.name).toMatch(/^secret:[0-9a-f]{16}$/);
  expect(stream.name).toBe(`users?seed=${secretSeed.name}`);
  const shown = [
    inspect(secretSeed, { depth: 9, showHidden: true }),
    JSON.stringify(secretSeed),
    String(secretSeed),
  ];
  for (const text of shown) expect(text).not.toContain('sixteen');
});

test('a key is a part of an HMAC over the name and the seq, as anyone who has the secret can work out', () => {
  for (const seq of [0, 1, 7, 8, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
    const text = `tidemark message keys\n${stream.name}\n${Math.floor(seq / 8)}`;
    const mac = createHmac('sha512', SECRET).update(text).digest();
    expect(secretSeed.messageKey(stream.name, seq)).toBe(mac.readBigUInt64LE(8 * (seq % 8)));
  }
});

test('the encoder makes what the reference makes of that key', () => {
  const program = usersProgram();
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (firstSeq, count) => {
      const { bytes, offsets } = stream.digested(firstSeq, count);
      for (let i = 0; i < count; i++) {
        const seq = firstSeq + i;
        const key = secretSeed.messageKey(stream.name, seq);
        const expected = textOf(encodeMessage(program, { key }, seq));
        expect(textOf(bytes.subarray(offsets[i], (offsets[i + 1] ?? 0) - 1))).toBe(expected);
      }
    }),
    { numRuns: 50 },
  );
});

describe('names', () => {
  const other = new SecretSeed(Buffer.from('another one, as long'));

  test('the same secret gives the same stream, another secret another', () => {
    const again = openStream('users', { secretSeed: new SecretSeed(SECRET) });
    const another = openStream('users', { secretSeed: other });
    expect([again.id, textOf(again.message(5))]).toEqual([stream.id, textOf(stream.message(5))]);
    expect(another.id).not.toBe(stream.id);
    expect(textOf(another.message(5))).not.toBe(textOf(stream.message(5)));
  });

  test('a stream is opened again by its name, and only with the secret', () => {
    expect(openStream(stream.name, { secretSeed }).id).toBe(stream.id);
    expect(() => openStream(stream.name)).toThrow(/no secret seed is known here/);
    expect(() => openStream(stream.name, { secretSeed: other })).toThrow(new RegExp(other.name));
  });

  test('a seed that is a number is public all the same', () => {
    expect(openStream('users?seed=7', { secretSeed }).id).toBe(openStream('users?seed=7').id);
  });

  test('two kinds with one secret have unrelated keys', () => {
    const arrays = openStream('arrays', { secretSeed });
    expect(secretSeed.messageKey(arrays.name, 0)).not.toBe(secretSeed.messageKey(stream.name, 0));
  });
});

test.each([0, 15, 4097])('a secret of %i bytes is refused, and not shown', (bytes) => {
  const secret = Buffer.alloc(bytes, 'q');
  expect(() => new SecretSeed(secret)).toThrow(/16 to 4096 bytes, got \d+$/);
});
