import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { STREAM_KINDS } from '../../src/stream/kinds/stream-kinds.ts';
import { FAKER_VERSION, GENERATOR_VERSION, LAST_SEQ, openStream } from '../../src/stream/stream.ts';
import { StreamError } from '../../src/stream/stream-error.ts';

const nameOf = (name: string) => openStream(name).name;

/** What opening a stream throws, as `code: message`. */
function refusal(name: string): string {
  try {
    openStream(name);
  } catch (error) {
    if (error instanceof StreamError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

describe('canonical names', () => {
  test.each([
    { name: 'users', canonical: 'users?seed=1' },
    { name: 'users?', canonical: 'users?seed=1' },
    { name: 'users?seed=7', canonical: 'users?seed=7' },
    { name: 'bytes', canonical: 'bytes?size=256&seed=1' },
    { name: 'bytes?seed=9007199254740991', canonical: 'bytes?size=256&seed=9007199254740991' },
    {
      name: 'arrays',
      canonical: 'arrays?dtype=float64&shape=4&dist=uniform&decimals=6&min=0&max=1&encoding=json&seed=1',
    },
    {
      name: 'arrays?dist=normal',
      canonical: 'arrays?dtype=float64&shape=4&dist=normal&decimals=6&encoding=json&seed=1',
    },
    {
      name: 'arrays?dtype=int8',
      canonical: 'arrays?dtype=int8&shape=4&dist=uniform&min=-128&max=127&encoding=json&seed=1',
    },
    {
      name: 'arrays?min=-1.500&max=2.0&shape=2%2C2',
      canonical: 'arrays?dtype=float64&shape=2,2&dist=uniform&decimals=6&min=-1.5&max=2&encoding=json&seed=1',
    },
  ])('$name is $canonical', ({ name, canonical }) => {
    expect(nameOf(name)).toBe(canonical);
    expect(nameOf(canonical)).toBe(canonical);
  });

  test('do not depend on the order of the parameters', () => {
    const one = openStream('arrays?seed=3&encoding=npy&shape=2,2&dtype=int16');
    const other = openStream('arrays?dtype=int16&shape=2,2&encoding=npy&seed=3');
    expect(one.name).toBe(other.name);
    expect(one.id).toBe(other.id);
    expect(one.message(5)).toEqual(other.message(5));
  });
});

describe('the default seed', () => {
  test('is the seed of a name that has none, and of no other', () => {
    expect(openStream('users', { defaultSeed: 42 }).name).toBe('users?seed=42');
    expect(openStream('users', { defaultSeed: 42 }).id).toBe(openStream('users?seed=42').id);
    expect(openStream('users?seed=7', { defaultSeed: 42 }).name).toBe('users?seed=7');
  });

  test.each([0, Number.MAX_SAFE_INTEGER])('may be %d', (defaultSeed) => {
    expect(openStream('users', { defaultSeed }).name).toBe(`users?seed=${defaultSeed}`);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (defaultSeed) => {
    expect(() => openStream('users', { defaultSeed })).toThrow(
      `defaultSeed must be an integer from 0 to 9007199254740991, got "${defaultSeed}"`,
    );
  });
});

describe('ids', () => {
  test('are 16 hex digits of the name and of both versions', () => {
    for (const kind of STREAM_KINDS) {
      const { id, name } = openStream(kind);
      const whole = `${name}\ngenerator ${GENERATOR_VERSION}\nfaker ${FAKER_VERSION}`;
      expect(id).toMatch(/^[0-9a-f]{16}$/);
      expect(id).toBe(createHash('sha256').update(whole).digest('hex').slice(0, 16));
    }
  });

  test('differ between streams', () => {
    const names = ['users', 'users?seed=2', 'bytes', 'bytes?size=257', 'arrays', 'arrays?encoding=npy'];
    expect(new Set(names.map((name) => openStream(name).id)).size).toBe(names.length);
  });
});

describe('text or binary', () => {
  test.each([
    { name: 'users', text: true },
    { name: 'bytes', text: true },
    { name: 'arrays', text: true },
    { name: 'arrays?encoding=npy', text: false },
  ])('$name: text $text', ({ name, text }) => {
    expect(openStream(name).text).toBe(text);
  });
});

describe('refusals', () => {
  test.each([
    ['', 'unknown_stream: no stream "": the streams are users, arrays, bytes'],
    ['user', 'unknown_stream: no stream "user": the streams are users, arrays, bytes'],
    ['Users?seed=1', 'unknown_stream: no stream "Users": the streams are users, arrays, bytes'],
    ['?seed=1', 'unknown_stream: no stream "": the streams are users, arrays, bytes'],
    [' users', 'unknown_stream: no stream " users": the streams are users, arrays, bytes'],
    ['toString', 'unknown_stream: no stream "toString": the streams are users, arrays, bytes'],
    ['x'.repeat(50), `unknown_stream: no stream "${'x'.repeat(24)}…": the streams are users, arrays, bytes`],
    ['users?size=5', 'unknown_parameter: unknown parameter "size": users here takes seed'],
    ['bytes?dtype=int8', 'unknown_parameter: unknown parameter "dtype": bytes here takes size, seed'],
    [
      'arrays?dist=normal&min=0',
      'unknown_parameter: unknown parameter "min": arrays here takes dtype, shape, dist, decimals, encoding, seed',
    ],
    [
      'arrays?dtype=int8&decimals=2',
      'unknown_parameter: unknown parameter "decimals": arrays here takes dtype, shape, dist, min, max, encoding, seed',
    ],
    ['users?seed=-1', 'bad_parameter: seed must be an integer from 0 to 9007199254740991, got "-1"'],
    ['users?seed=', 'bad_parameter: seed must be an integer from 0 to 9007199254740991, got ""'],
    ['users?seed=1&seed=2', 'bad_parameter: seed must be given once, got "1 and 2"'],
    ['bytes?size=34', 'bad_parameter: size must be an integer from 35 to 1048576, got "34"'],
    ['bytes?size=1048577', 'bad_parameter: size must be an integer from 35 to 1048576, got "1048577"'],
    [
      'arrays?dtype=int64',
      'bad_parameter: dtype must be one of int8, int16, int32, uint8, uint16, uint32, float32, float64, got "int64"',
    ],
    [
      'arrays?shape=0',
      'bad_parameter: shape must be 1 to 8 sizes such as 16,16, at most 65536 elements, got "0"',
    ],
    [
      'arrays?shape=1,1,1,1,1,1,1,1,1',
      'bad_parameter: shape must be 1 to 8 sizes such as 16,16, at most 65536 elements, got "1,1,1,1,1,1,1,1,1"',
    ],
    [
      'arrays?shape=256,257',
      'bad_parameter: shape must be 1 to 8 sizes such as 16,16, at most 65536 elements, got "256,257"',
    ],
    ['arrays?dist=poisson', 'bad_parameter: dist must be one of uniform, normal, exponential, got "poisson"'],
    ['arrays?dtype=int8&dist=normal', 'bad_parameter: dist must be uniform for dtype int8, got "normal"'],
    ['arrays?decimals=10', 'bad_parameter: decimals must be an integer from 0 to 9, got "10"'],
    [
      'arrays?decimals=2&min=0.001',
      'bad_parameter: min must be a number with at most 2 decimals, got "0.001"',
    ],
    ['arrays?decimals=0&max=0.5', 'bad_parameter: max must be an integer, got "0.5"'],
    [
      'arrays?min=1',
      'bad_parameter: max must be above min, by at most 4294.967296, got min 1.000000 and max 1.000000',
    ],
    [
      'arrays?decimals=9&max=4.294967297',
      'bad_parameter: max must be above min, by at most 4.294967296, got min 0.000000000 and max 4.294967297',
    ],
    ['arrays?dtype=uint8&min=-1', 'bad_parameter: min must be an integer from 0 to 255, got "-1"'],
    ['arrays?dtype=int8&max=128', 'bad_parameter: max must be an integer from -128 to 127, got "128"'],
    ['arrays?dtype=int8&min=5&max=4', 'bad_parameter: max must be an integer from 5 to 127, got "4"'],
    ['arrays?encoding=csv', 'bad_parameter: encoding must be one of json, npy, got "csv"'],
  ])('%s', (name, sentence) => {
    expect(refusal(name)).toBe(sentence);
  });
});

describe('seqs', () => {
  test('run from 0 to 2^53 - 1', () => {
    const { message } = openStream('users');
    expect(LAST_SEQ).toBe(2 ** 53 - 1);
    expect(JSON.parse(new TextDecoder().decode(message(LAST_SEQ))).seq).toBe(LAST_SEQ);
    for (const seq of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => message(seq)).toThrow(
        new RangeError(`seq must be an integer from 0 to 9007199254740991, got ${seq}`),
      );
    }
  });
});
