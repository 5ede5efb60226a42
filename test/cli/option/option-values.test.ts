import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  clientName,
  durationMs,
  durationUpTo,
  listOf,
  profile,
  rate,
  wholeNumber,
} from '../../../src/cli/option/option-values.ts';

describe('a duration', () => {
  test.each([
    ['1ms', 1],
    ['0.5ms', 0.5],
    ['500ms', 500],
    ['15s', 15_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['2min', 120_000],
    ['1h', 3_600_000],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  test.each(['', '0s', '0.0ms', '15', 's', '-1s', '1 s', '1S', '1d', '.5s', '1e3ms', 'Infinitys', '15s\n'])(
    '%j is none',
    (text) => {
      expect(() => durationMs(text)).toThrow(
        new InvalidArgumentError(`must be a duration such as 500ms, 15s or 2m, got ${JSON.stringify(text)}`),
      );
    },
  );
});

test('a duration may have a maximum', () => {
  expect(durationUpTo('24h')('1440min')).toBe(86_400_000);
  expect(() => durationUpTo('24h')('25h')).toThrow(
    'must be a duration such as 500ms, 15s or 2m, at most 24h, got "25h"',
  );
});

test('a list says which of its entries is wrong', () => {
  expect(listOf(wholeNumber(1))('1,5k')).toEqual([1, 5000]);
  expect(() => listOf(wholeNumber(1))('1,x,3')).toThrow(
    'must be a whole number of at least 1, got "x" in "1,x,3"',
  );
  expect(() => listOf(wholeNumber(1))('x')).toThrow(/, got "x"$/);
  expect(() => listOf(rate)('10,')).toThrow(/, got "" in "10,"$/);
});

describe('a whole number', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    ['10k', 10_000],
    ['1.5k', 1500],
    ['2M', 2_000_000],
    ['0.001M', 1000],
    ['3G', 3_000_000_000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s', (text, value) => {
    expect(wholeNumber(0)(text)).toBe(value);
  });

  test.each([
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '10K',
    '5 k',
    'k',
    '1.0001k',
    '9007199254740992',
    '9007200G',
    'NaN',
  ])('%j is none', (text) => {
    expect(() => wholeNumber(0)(text)).toThrow(InvalidArgumentError);
    expect(() => wholeNumber(0)(text)).toThrow(`, got ${JSON.stringify(text)}`);
  });

  test('is told its largest value where that was exceeded', () => {
    expect(() => wholeNumber(5)('4')).toThrow('must be a whole number of at least 5, got "4"');
    expect(() => wholeNumber(5)('9007199254740992')).toThrow(
      'must be a whole number from 5 to 9007199254740991, got "9007199254740992"',
    );
  });

  test('keeps to its limits', () => {
    const port = wholeNumber(1, 65_535);
    expect([port('1'), port('65535')]).toEqual([1, 65_535]);
    for (const text of ['0', '65536', '66k']) {
      expect(() => port(text)).toThrow(`must be a whole number from 1 to 65535, got "${text}"`);
    }
  });
});

test('a rate is one of the protocol', () => {
  expect([rate('1/10s'), rate('5k'), rate('max')]).toEqual([0.1, 5000, Number.POSITIVE_INFINITY]);
  expect(() => rate('fast')).toThrow(InvalidArgumentError);
  expect(() => rate('fast')).toThrow(/^must be messages a second such as .*, got "fast"$/);
});

test('a name is one of the protocol', () => {
  expect(clientName('alice')).toBe('alice');
  expect(() => clientName('a b')).toThrow(InvalidArgumentError);
  expect(() => clientName('a b')).toThrow('must be 1 to 64 letters, digits or ._@-, got "a b"');
});

describe('a profile', () => {
  test.each([
    ['constant', 'constant'],
    ['jitter', 'jitter:1'],
    ['ramp:10-1k/1m', 'ramp:10-1000/60s'],
  ])('%s', (text, canonical) => {
    expect(profile(text)).toBe(canonical);
  });

  test('is refused with what may be given', () => {
    expect(() => profile('burst:x')).toThrow(
      new InvalidArgumentError('must be burst:N with N messages from 1 to 1000000, got "burst:x"'),
    );
  });
});
