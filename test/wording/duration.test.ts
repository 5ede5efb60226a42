import { expect, test } from 'vitest';
import { parseDuration } from '../../src/wording/duration.ts';

test.each([
  ['500ms', 500, 0.5],
  ['1.5s', 1500, 1.5],
  ['2m', 120_000, 120],
  ['2min', 120_000, 120],
  ['1h', 3_600_000, 3600],
])('%s', (text, ms, seconds) => {
  expect(parseDuration(text)).toEqual({ ms, seconds });
});

test.each(['', '5', 's', '0s', '-1s', '1d', '1 s', '1e3s', '.5s', `${'9'.repeat(400)}s`])(
  '%j is none',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
