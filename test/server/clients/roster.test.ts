import { expect, test } from 'vitest';
import { type Holder, Roster } from '../../../src/server/clients/roster.ts';

/** A holder that notes in `told` when it is superseded. */
function holderOf(token: string, told: string[] = [], note: () => string = () => token): Holder {
  return { token, superseded: () => told.push(note()) };
}

test('a name is held by one, and free again when that has left', () => {
  const roster = new Roster();
  const alice = holderOf('one');
  expect(roster.admits('alice', undefined)).toBe(true);
  roster.enter('alice', alice);
  expect(roster.size).toBe(1);
  expect(roster.admits('alice', undefined)).toBe(false);
  expect(roster.admits('alice', 'two')).toBe(false);
  expect(roster.admits('bob', undefined)).toBe(true);
  roster.leave('alice', alice);
  expect(roster.size).toBe(0);
  expect(roster.admits('alice', 'two')).toBe(true);
});

test('the token takes a name over; the holder before is told, and is off the roster by then', () => {
  const roster = new Roster();
  const told: string[] = [];
  const before = holderOf('one', told, () => `superseded, ${roster.size} on it`);
  const after = holderOf('one', told);
  roster.enter('alice', before);
  expect(roster.admits('alice', 'one')).toBe(true);
  roster.enter('alice', after);
  expect(told).toEqual(['superseded, 0 on it']);
  expect(roster.size).toBe(1);
});

test('the leaving of one that was superseded does not take the next off', () => {
  const roster = new Roster();
  const before = holderOf('one');
  const after = holderOf('one');
  roster.enter('alice', before);
  roster.enter('alice', after);
  roster.leave('alice', before);
  expect(roster.size).toBe(1);
  expect(roster.admits('alice', undefined)).toBe(false);
});

test('leaving twice, or a name that nobody holds, does no harm', () => {
  const roster = new Roster();
  const alice = holderOf('one');
  roster.leave('alice', alice);
  roster.enter('alice', alice);
  roster.leave('alice', alice);
  roster.leave('alice', alice);
  expect(roster.size).toBe(0);
});

test('a name for one that brought none is never one that is held', () => {
  const roster = new Roster();
  expect([roster.freeName(), roster.freeName()]).toEqual(['client-1', 'client-2']);
  roster.enter('client-3', holderOf('one'));
  roster.enter('client-4', holderOf('two'));
  expect(roster.freeName()).toBe('client-5');
});

test.each(['constructor', '__proto__', 'toString'])('%s is a name like others', (name) => {
  const roster = new Roster();
  expect(roster.admits(name, undefined)).toBe(true);
  roster.enter(name, holderOf('one'));
  expect(roster.admits(name, undefined)).toBe(false);
});
