import { describe, expect, test } from 'vitest';
import { ParameterReader } from '../../../src/stream/kinds/parameter-reader.ts';
import { badParameter, StreamError } from '../../../src/stream/stream-error.ts';

function reader(query: string): ParameterReader {
  return new ParameterReader('kind', new URLSearchParams(query));
}

/** What a function throws, as code and message. */
function refusal(of: () => unknown): { code: string; message: string } {
  try {
    of();
  } catch (error) {
    if (error instanceof StreamError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

const bad = (message: string) => ({ code: 'bad_parameter', message });

describe('integer', () => {
  const limits = { minimum: -5, maximum: 100, fallback: 7 };

  test.each(['-5', '-1', '0', '10', '100'])('takes %s', (text) => {
    const parameters = reader(`n=${text}`);
    expect(parameters.integer('n', limits)).toBe(Number(text));
    expect(parameters.finish()).toBe(`kind?n=${text}`);
  });

  test('falls back where none is given', () => {
    const parameters = reader('');
    expect(parameters.integer('n', limits)).toBe(7);
    expect(parameters.finish()).toBe('kind?n=7');
  });

  test.each(['', '-6', '101', '1.5', '1e1', '0x10', '01', '-0', '%2B1', '1 ', 'NaN', 'Infinity', '٣'])(
    'refuses "%s"',
    (text) => {
      const came = JSON.stringify(decodeURIComponent(text));
      expect(refusal(() => reader(`n=${text}`).integer('n', limits))).toEqual(
        bad(`n must be an integer from -5 to 100, got ${came}`),
      );
    },
  );

  test('refuses what a double cannot tell apart', () => {
    const wide = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, fallback: 0 };
    expect(reader('n=9007199254740991').integer('n', wide)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => reader('n=9007199254740992').integer('n', wide)).toThrow(StreamError);
  });
});

describe('fixedPoint', () => {
  test.each([
    { text: '1', units: 1000, canonical: '1' },
    { text: '1.50', units: 1500, canonical: '1.5' },
    { text: '-0.001', units: -1, canonical: '-0.001' },
    { text: '-0', units: 0, canonical: '0' },
    { text: '0.000', units: 0, canonical: '0' },
    { text: '100', units: 100_000, canonical: '100' },
    { text: '-20.100', units: -20_100, canonical: '-20.1' },
  ])('takes $text as $units thousandths, written $canonical', ({ text, units, canonical }) => {
    const parameters = reader(`x=${text}`);
    expect(parameters.fixedPoint('x', { decimals: 3, fallback: 0 })).toBe(units);
    expect(parameters.finish()).toBe(`kind?x=${canonical}`);
  });

  test('falls back where none is given', () => {
    const parameters = reader('');
    expect(parameters.fixedPoint('x', { decimals: 2, fallback: 1 })).toBe(100);
    expect(parameters.finish()).toBe('kind?x=1');
  });

  test('keeps the zeros of a whole number', () => {
    const parameters = reader('x=100');
    parameters.fixedPoint('x', { decimals: 0, fallback: 0 });
    expect(parameters.finish()).toBe('kind?x=100');
  });

  test.each(['', '.5', '1.', '1.2345', '01', '1e2', '--1', '9007199254740.992', '1234567890123456'])(
    'refuses "%s"',
    (text) => {
      expect(refusal(() => reader(`x=${text}`).fixedPoint('x', { decimals: 3, fallback: 0 }))).toEqual(
        bad(`x must be a number with at most 3 decimals, got "${text}"`),
      );
    },
  );

  test('with one decimal says so in the singular', () => {
    expect(refusal(() => reader('x=0.55').fixedPoint('x', { decimals: 1, fallback: 0 }))).toEqual(
      bad('x must be a number with at most 1 decimal, got "0.55"'),
    );
  });

  test('with no decimals asks for an integer', () => {
    expect(refusal(() => reader('x=0.5').fixedPoint('x', { decimals: 0, fallback: 0 }))).toEqual(
      bad('x must be an integer, got "0.5"'),
    );
  });
});

describe('choice', () => {
  test('takes a choice, or falls back', () => {
    expect(reader('c=b').choice('c', ['a', 'b'], 'a')).toBe('b');
    expect(reader('').choice('c', ['a', 'b'], 'a')).toBe('a');
  });

  test.each(['', 'B', 'ab'])('refuses "%s"', (text) => {
    expect(refusal(() => reader(`c=${text}`).choice('c', ['a', 'b'], 'a'))).toEqual(
      bad(`c must be one of a, b, got "${text}"`),
    );
  });
});

describe('shape', () => {
  const limits = { maximumDimensions: 3, maximumElements: 100, fallback: [4] };

  test.each([
    { query: '', shape: [4] },
    { query: 's=1', shape: [1] },
    { query: 's=10,10', shape: [10, 10] },
    { query: 's=2%2C3%2C4', shape: [2, 3, 4] },
  ])('takes "$query"', ({ query, shape }) => {
    const parameters = reader(query);
    expect(parameters.shape('s', limits)).toEqual(shape);
    expect(parameters.finish()).toBe(`kind?s=${shape.join(',')}`);
  });

  test.each(['', '0', '-1', '1.5', '2,', ',2', '2,,2', '02', '1,1,1,1', '101', '10,11', '2, 2'])(
    'refuses "%s"',
    (text) => {
      expect(refusal(() => reader(`s=${text}`).shape('s', limits))).toEqual(
        bad(`s must be 1 to 3 sizes such as 16,16, at most 100 elements, got "${text}"`),
      );
    },
  );
});

describe('finish', () => {
  const limits = { minimum: 0, maximum: 9, fallback: 1 };

  test('names every parameter in the order it was asked for, not in the order it came', () => {
    const parameters = reader('b=2&a=3');
    parameters.integer('a', limits);
    parameters.integer('b', limits);
    parameters.integer('c', limits);
    expect(parameters.finish()).toBe('kind?a=3&b=2&c=1');
  });

  test('refuses a parameter that was not asked for and says which there are', () => {
    const parameters = reader('a=1&A=1');
    parameters.integer('a', limits);
    parameters.integer('b', limits);
    expect(refusal(() => parameters.finish())).toEqual({
      code: 'unknown_parameter',
      message: 'unknown parameter "A": kind here takes a, b',
    });
  });

  test('shortens the name of an unknown parameter', () => {
    expect(refusal(() => reader('y'.repeat(100)).finish()).message).toContain(`"${'y'.repeat(24)}…":`);
  });
});

describe('a repeated parameter', () => {
  test('is refused, even with the same value twice', () => {
    const limits = { minimum: 0, maximum: 9, fallback: 1 };
    expect(refusal(() => reader('a=1&a=2').integer('a', limits))).toEqual(
      bad('a must be given once, got "1 and 2"'),
    );
    expect(refusal(() => reader('a=x&a=x').choice('a', ['x'], 'x'))).toEqual(
      bad('a must be given once, got "x and x"'),
    );
  });
});

describe('badParameter', () => {
  test('quotes and shortens what came', () => {
    expect(badParameter('a', 'short', 'z'.repeat(25)).message).toBe(
      `a must be short, got "${'z'.repeat(24)}…"`,
    );
    expect(badParameter('a', 'short', 'z'.repeat(24)).message).toBe(
      `a must be short, got "${'z'.repeat(24)}"`,
    );
    expect(badParameter('a', 'clean', '"\n').message).toBe('a must be clean, got "\\"\\n"');
  });

  test('is an Error of its own name', () => {
    expect(badParameter('a', 'b', 'c')).toBeInstanceOf(Error);
    expect(badParameter('a', 'b', 'c').name).toBe('StreamError');
  });
});
