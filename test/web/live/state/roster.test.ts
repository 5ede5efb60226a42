import { describe, expect, test } from 'vitest';
import type { Presence } from '../../../../src/server/clients/presence.ts';
import { conditionOf } from '../../../../web/live/state/client-condition.ts';
import { type KnownRoster, NO_ROSTER, nextRoster } from '../../../../web/live/state/roster.ts';
import {
  chooseOrder,
  noneText,
  type RosterKey,
  shownEntries,
} from '../../../../web/live/state/roster-order.ts';
import { presence, START_MS } from '../lines.ts';

/** The roster after some seconds, each with its clients. */
function after(...seconds: readonly (readonly Presence[])[]): KnownRoster {
  return seconds.reduce<KnownRoster>(
    (roster, all, i) => nextRoster(roster, all, START_MS + (i + 1) * 1000),
    NO_ROSTER,
  );
}

const alice = (cursor: number, rest: Partial<Presence> = {}) => [presence({ cursor, ...rest })];
const rates = (roster: KnownRoster) => roster.here.get('alice')?.rates;

describe('the rate of a client', () => {
  test('is what its cursor moved', () => {
    expect(rates(after(alice(7), alice(17), alice(17)))).toEqual([7, 10, 0]);
  });

  test('is unknown when it is first seen long after it came', () => {
    const since = new Date(START_MS - 60_000).toISOString();
    expect(rates(after(alice(600, { since }), alice(610, { since })))).toEqual([null, 10]);
  });

  test('goes on behind a gap when it comes back, from where it does', () => {
    const since = new Date(START_MS + 3000).toISOString();
    const roster = after(alice(10), [], [], alice(25, { from: 20, since }));
    expect(rates(roster)).toEqual([10, null, null, 5]);
  });

  test('is remembered for a minute', () => {
    const hour = nextRoster(after(alice(10), []), [], START_MS + 120_000);
    expect([...hour.here, ...hour.gone]).toEqual([]);
  });
});

describe('what stands out', () => {
  test.each([
    ['nothing at its rate', {}, 10_000, null],
    ['late by what is due', { lag_ms: 300 }, 0, 'late'],
    ['late by what was sent', { late_ms: 300 }, 0, 'late'],
    ['stalled by what is due', { lag_ms: 2500 }, 0, 'stalled'],
    ['not between two messages of a slow rate', { rate: 0.1, lag_ms: 0 }, 9000, null],
    ['stalled at full speed, where nothing is due', { rate: 'max', lag_ms: null }, 3000, 'stalled'],
    ['not at full speed while it moves', { rate: 'max', lag_ms: null }, 0, null],
    ['wrong before all else', { mismatched: 1, lag_ms: 9000 }, 0, 'wrong'],
  ] as const)('%s', (_, rest, stillMs, condition) => {
    expect(conditionOf(presence(rest), stillMs)).toBe(condition);
  });
});

describe('what is shown', () => {
  const roster = after([
    presence({ name: 'c-10', cursor: 5, lag_ms: null, rate: 'max' }),
    presence({ name: 'c-2', cursor: 7, lag_ms: 3, carriage: 'http' }),
    presence({ name: 'b', cursor: 6, lag_ms: 2500 }),
  ]);
  const names = (filter: string, key?: RosterKey, descending = false) =>
    shownEntries(roster.here.values(), { filter, order: key === undefined ? null : { key, descending } }).map(
      ({ presence: { name } }) => name,
    );

  test('is in the order in which they came, or in that of a column', () => {
    expect(names('')).toEqual(['c-10', 'c-2', 'b']);
    expect(names('', 'name')).toEqual(['b', 'c-2', 'c-10']);
    expect(names('', 'cursor', true)).toEqual(['c-2', 'b', 'c-10']);
    expect(names('', 'asked', true)[0]).toBe('c-10');
  });

  test('has what there is none of at the end', () => {
    expect(names('', 'lag')).toEqual(['c-2', 'b', 'c-10']);
    expect(names('', 'lag', true)).toEqual(['b', 'c-2', 'c-10']);
  });

  test('is what has all words of the filter', () => {
    expect(names('C-')).toEqual(['c-10', 'c-2']);
    expect(names('http users')).toEqual(['c-2']);
    expect(names('stalled')).toEqual(['b']);
    expect(names('nobody')).toEqual([]);
  });

  test('is a sentence where no client is', () => {
    expect(noneText(0, 3, ' nobody ')).toBe('No client matches “nobody”.');
    expect(noneText(0, 0, '')).toBe('No client is connected.');
    expect(noneText(1, 3, 'b')).toBe('');
  });

  test('a column is sorted one way, the other, and not', () => {
    const once = chooseOrder(null, 'cursor');
    const twice = chooseOrder(once, 'cursor');
    expect([once, twice, chooseOrder(twice, 'cursor')]).toEqual([
      { key: 'cursor', descending: true },
      { key: 'cursor', descending: false },
      null,
    ]);
    expect(chooseOrder(once, 'name')).toEqual({ key: 'name', descending: false });
  });
});
