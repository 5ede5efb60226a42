import { expect, test } from 'vitest';
import { type Admission, type Occupant, Occupants } from '../../../src/server/clients/occupants.ts';
import type { Present } from '../../../src/server/clients/presence.ts';

function occupant(done: string[]): Occupant {
  return {
    stop: () => done.push('stop'),
    terminate: () => done.push('terminate'),
    hold: (held) => done.push(`hold ${held}`),
  };
}

function admission(done: string[]): Admission {
  return { release: () => done.push('release') };
}

test('what a connection held is given back once, when whoever lives on it leaves', () => {
  const done: string[] = [];
  const occupants = new Occupants();
  const admitted = admission(done);
  occupants.enter(admitted, occupant(done));
  expect(occupants.leave(admitted)).toBe(true);
  expect(occupants.leave(admitted)).toBe(false);
  expect(done).toEqual(['release']);
});

test('who comes in place of another has the same admission, and is held as all others are', async () => {
  const done: string[] = [];
  const occupants = new Occupants();
  const admitted = admission([]);
  occupants.enter(admitted, occupant([]));
  occupants.hold(true);
  occupants.enter(admitted, occupant(done));
  occupants.hold(false);
  const stopped = occupants.stop(60_000);
  expect(done).toEqual(['hold true', 'hold false', 'stop']);
  occupants.leave(admitted);
  await stopped;
});

test('a server that stops waits until all have left, and drops those that take too long', async () => {
  const done: string[] = [];
  const occupants = new Occupants();
  const slow = admission([]);
  occupants.enter(slow, { ...occupant(done), terminate: () => occupants.leave(slow) });
  await occupants.stop(1);
  expect(done).toEqual(['stop']);
  await occupants.stop(60_000);
});

test('its clients are those that are, in the order in which they came', () => {
  const occupants = new Occupants();
  const present = (name: string): Present => ({
    name,
    sinceMs: 0,
    presence: () => expect.unreachable(),
    dismiss: () => {},
  });
  const gone = admission([]);
  occupants.enter(admission([]), { ...occupant([]), client: present('alice') });
  occupants.enter(admission([]), occupant([]));
  occupants.enter(gone, { ...occupant([]), client: present('bob') });
  occupants.enter(admission([]), { ...occupant([]), client: present('carol') });
  occupants.leave(gone);
  expect(occupants.clients().map(({ name }) => name)).toEqual(['alice', 'carol']);
});
