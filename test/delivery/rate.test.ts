import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRate, rateOnWire } from '../../src/delivery/rate.ts';

test.each([
  ['10', 10],
  ['0.2', 0.2],
  ['5k', 5000],
  ['1.5k', 1500],
  ['1/s', 1],
  ['1/10s', 0.1],
  ['30/min', 0.5],
  ['30/m', 0.5],
  ['1/2h', 1 / 7200],
  ['1/100ms', 10],
  ['1/0.5s', 2],
  ['6k/min', 100],
  ['333.3', 333.3],
  ['10000k', 10_000_000],
  ['max', Number.POSITIVE_INFINITY],
])('%s', (text, perSecond) => {
  expect(parseRate(text)).toBeCloseTo(perSecond, 9);
});

test.each([
  '',
  '0',
  '0.0',
  '-1',
  '+1',
  '.5',
  '5.',
  '1e3',
  '5K',
  '5M',
  '10001k',
  '1/0s',
  '1/',
  '1/10',
  '1/d',
  '10/sec',
  ' 10',
  '10 ',
  '10\n',
  'NaN',
  'Infinity',
  'Max',
  '1/1s/1s',
  '0x10',
  '1,5',
])('%j is refused', (text) => {
  expect(() => parseRate(text)).toThrow(
    `rate must be messages a second such as 10, 0.2, 5k or 1/10s (at most 10000k), or max, got ${JSON.stringify(text)}`,
  );
});

test('whatever is taken is above 0 and at most 10 million, or max', () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,4}(\.\d{0,3})?k?(\/\d{0,3}(ms|s|min|m|h))?$/));
  fc.assert(
    fc.property(texts, (text) => {
      let perSecond: number;
      try {
        perSecond = parseRate(text);
      } catch {
        return;
      }
      expect(perSecond).toBeGreaterThan(0);
      if (text !== 'max') expect(perSecond).toBeLessThanOrEqual(1e7);
    }),
    { numRuns: 1000 },
  );
});

test('on the wire it is a number or max', () => {
  expect(rateOnWire(0.2)).toBe(0.2);
  expect(rateOnWire(Number.POSITIVE_INFINITY)).toBe('max');
});
