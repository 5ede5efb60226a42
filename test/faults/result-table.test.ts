import { expect, test } from 'vitest';
import { bound, passed } from '../../lab/faults/result-table.mjs';

test.each([
  [500, 500, '< 0.6 %'],
  [50, 50, '< 6 %'],
  [60, 60, '< 5 %'],
  [3, 3, 'too few runs'],
  [500, 499, '1 of 500 failed'],
  [0, 0, 'not run'],
])('%s runs, %s survived: %s', (runs, survived, said) => {
  expect(bound({ runs, survived })).toBe(said);
});

test('a campaign is survived if every run is, and it has run', () => {
  expect(passed({ runs: 5, survived: 5, faults: [] })).toBe(true);
  expect(passed({ runs: 5, survived: 4, faults: ['one'] })).toBe(false);
  expect(passed({ runs: 5, survived: 5, faults: ['one'] })).toBe(false);
  expect(passed({ runs: 0, survived: 0, faults: [] })).toBe(false);
});
