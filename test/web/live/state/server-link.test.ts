import { expect, test } from 'vitest';
import { lostLink, waitMs } from '../../../../web/live/state/server-link.ts';

test('a server is gone since the first attempt in vain', () => {
  const first = lostLink({ is: 'live' }, 1000, null);
  const second = lostLink(first, 2000, 'it has no room');
  expect(second).toEqual({ is: 'gone', sinceMs: 1000, attempts: 1, answer: 'it has no room' });
});

test('the wait doubles up to a limit, and is never less than half of it', () => {
  expect([0, 1, 2, 10, 1000].map((attempts) => waitMs(attempts, 1))).toEqual([250, 500, 1000, 5000, 5000]);
  expect(waitMs(0, 0)).toBe(125);
});
