import { expect, test } from 'vitest';
import type { WatchedClient } from '../../../src/cli/top/live-view.ts';
import { ageText, filtered, ROSTER_COLUMNS, sorted } from '../../../src/cli/top/roster-columns.ts';
import { client } from './seen.ts';

const entry = (name: string, rest: Partial<WatchedClient> = {}): WatchedClient => ({
  ...client(name),
  ...{ messages_per_s: null, age_ms: 0, ...rest },
});
const column = (id: string) => ROSTER_COLUMNS.find((each) => each.id === id) ?? expect.fail(id);
const names = (roster: readonly WatchedClient[]) => roster.map(({ name }) => name).join(' ');

const roster = [
  entry('bob', { mismatched: 2, rate: 'max', lag_ms: null }),
  entry('alice', { mismatched: 0, rate: 5, lag_ms: 1500, stream: 'bytes?size=10' }),
  entry('carol', { mismatched: 2, rate: 10, lag_ms: 0, carriage: 'http' }),
];

test('texts are sorted by the alphabet and figures the largest first; equal ones stay, unknown ones are last', () => {
  expect(names(sorted(roster, column('name'), false))).toBe('alice bob carol');
  expect(names(sorted(roster, column('name'), true))).toBe('carol bob alice');
  expect(names(sorted(roster, column('wrong'), false))).toBe('bob carol alice');
  expect(names(sorted(roster, column('asked'), false))).toBe('bob carol alice');
  expect(names(sorted(roster, column('lag'), false))).toBe('alice carol bob');
  expect(names(sorted(roster, column('lag'), true))).toBe('carol alice bob');
});

test('the filter looks at name, stream and carriage, in whatever case', () => {
  expect(names(filtered(roster, ''))).toBe('bob alice carol');
  expect(names(filtered(roster, 'AL'))).toBe('alice');
  expect(names(filtered(roster, 'size=1'))).toBe('alice');
  expect(names(filtered(roster, 'http'))).toBe('carol');
  expect(names(filtered(roster, 'nobody'))).toBe('');
});

test('who is behind, or was wrong, stands out', () => {
  expect(roster.map((each) => column('name').stands?.(each))).toEqual(['bad', 'slow', 'bad']);
  expect(roster.map((each) => column('lag').stands?.(each))).toEqual([undefined, 'slow', undefined]);
});

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('an age of %d ms is %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});
