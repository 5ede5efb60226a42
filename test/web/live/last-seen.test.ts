import { expect, test } from 'vitest';
import { clockText } from '../../../web/live/clock-text.ts';
import { lastSeen } from '../../../web/live/last-seen.ts';
import { foldLine, NOTHING_KNOWN } from '../../../web/live/state/live-state.ts';
import { START_MS, second } from './lines.ts';

const nowMs = START_MS + 60_000;
const gone = { is: 'gone', sinceMs: START_MS + 9000, attempts: 1, answer: null } as const;

test('what is shown of a server that is gone is of its last second, and says so', () => {
  const state = foldLine(NOTHING_KNOWN, second(3));
  const seen = `when last seen at ${clockText(START_MS + 3000)}`;
  expect(lastSeen({ state, link: gone, nowMs })).toBe(seen);
  expect(lastSeen({ state, link: { is: 'refused', sentence: 'a token is needed' }, nowMs })).toBe(seen);
  expect(lastSeen({ state, link: { is: 'live' }, nowMs })).toBeNull();
  expect(lastSeen({ state: NOTHING_KNOWN, link: gone, nowMs })).toBeNull();
});
