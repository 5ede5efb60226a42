import { expect, test } from 'vitest';
import { intervalText, shortText, sizeText, tableText, withUnits } from '../../../web/element/number-text.ts';

test.each([
  [0, '0'],
  [0.0000123456, '0.00001235'],
  [0.0021344, '0.002134'],
  [9.99999, '10.000'],
  [99.834, '99.83'],
  [1340.4, '1,340'],
  [-0.5, '-0.5000'],
  [1_234_567.8, '1,234,568'],
  [Number.NaN, '–'],
  [null, '–'],
])('%j in a table is %s', (value, text) => {
  expect(tableText(value)).toBe(text);
});

test.each([
  [0, '0'],
  [5, '5'],
  [0.3, '0.3'],
  [12.44, '12.4'],
  [100, '100'],
  [1500, '1,500'],
])('%j on an axis is %s', (value, text) => {
  expect(shortText(value)).toBe(text);
});

test('intervals and sizes', () => {
  expect(intervalText(99.83, 100.2)).toBe('99.83 to 100.2');
  expect(intervalText(null, 1)).toBe('–');
  expect(sizeText(0)).toBe('0 B');
  expect(sizeText(92_340_224)).toBe('88.1 MiB');
});

test('a sentence keeps each number with its unit', () => {
  expect(withUnits('With 5 clients 1.6 ms (95 % interval 9 µs to 1 s), at 2 of 3')).toBe(
    'With 5\u00a0clients 1.6\u00a0ms (95\u00a0% interval 9\u00a0µs to 1\u00a0s), at 2 of 3',
  );
});
