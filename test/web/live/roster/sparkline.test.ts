import { expect, test } from 'vitest';
import { sparkPath } from '../../../../web/live/roster/sparkline.ts';

test('the newest rate is at the right end, and a line breaks where there is none', () => {
  expect(sparkPath([10, 5, null, 10])).toBe('M67.4 1.5L68.6 8.0M71.0 1.5');
  expect(sparkPath([null, 0])).toBe('M71.0 14.5');
  expect(sparkPath([])).toBe('');
});
