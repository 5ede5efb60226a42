import { expect, test } from 'vitest';
import { grouped, plural } from '../../src/wording/counts.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
])('%d is grouped as %s', (value, text) => {
  expect(grouped(value)).toBe(text);
});

test.each([
  [0, '0 clients'],
  [1, '1 client'],
  [2, '2 clients'],
  [1000, '1,000 clients'],
])('%d of them', (count, text) => {
  expect(plural(count, 'client')).toBe(text);
});
