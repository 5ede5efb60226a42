import { expect, test } from 'vitest';
import { ConnectionLimits } from '../../src/server/clients/connection-limits.ts';
import type { Claimant, LeaseOwner } from '../../src/server/clients/name-registry.ts';
import { Names } from '../../src/server/clients/names.ts';
import { OwnRooms, type Rooms } from '../../src/server/clients/rooms.ts';
import { RoomDesk } from '../../src/workers/room-desk.ts';
import { WorkerRooms } from '../../src/workers/worker-rooms.ts';

const ALIVE: Claimant = { answers: () => Promise.resolve(true), giveWay: () => {} };
const alice = { name: 'alice', token: 'first-token', address: '192.0.2.1' };

/** The rooms of one worker, whose desk gives what these rooms have. */
function worker(rooms: Rooms) {
  const desk = new RoomDesk(rooms, (message) => {
    if ('room' in message) own.receive(message);
  });
  const own = new WorkerRooms(new ConnectionLimits(10, 10), (message) => {
    if ('room' in message) desk.receive(message);
  });
  return { own, desk };
}

test.each(['superseded', 'revoked'] as const)(
  'whose name is %s is told, whenever it listens',
  async (how) => {
    let owner: LeaseOwner | undefined;
    const real = new OwnRooms(new Names(), new ConnectionLimits(10, 10));
    const { own } = worker({
      held: 0,
      fault: (request) => real.fault(request),
      placeFault: () => undefined,
      takePlace: (address) => real.takePlace(address),
      claim: async () => ({
        name: 'alice',
        belongTo: (given) => {
          owner = given;
        },
        ...{ giveWay: () => {}, release: () => {} },
      }),
    });
    const told: string[] = [];
    const listener = { superseded: () => told.push('superseded'), revoked: () => told.push('revoked') };
    const [early, late] = [await own.claim(alice, ALIVE), await own.claim(alice, ALIVE)];
    if ('kind' in early || 'kind' in late) throw new Error('it was not given');
    late.belongTo(listener);
    owner?.[how]();
    expect(told).toEqual([how]);
  },
);

test('a name given back is free, once, and that of a worker that is gone is, too', async () => {
  const names = new Names();
  const rooms = new OwnRooms(names, new ConnectionLimits(10, 10));
  const [one, other] = [worker(rooms), worker(rooms)];
  const room = await one.own.claim(alice, ALIVE);
  expect([one.own.held, names.held]).toEqual([1, 1]);
  expect(one.own.fault({ ...alice, token: 'other-token' })).toMatchObject({ fault: 'in use' });
  if ('kind' in room) throw new Error('it was not given');
  room.release();
  room.release();
  expect([one.own.held, names.held]).toEqual([0, 0]);
  await other.own.claim(alice, ALIVE);
  other.desk.close();
  expect(names.held).toBe(0);
});

test('of two workers the later claimant has to show that it is alive', async () => {
  const rooms = new OwnRooms(new Names(), new ConnectionLimits(10, 10));
  const [one, other] = [worker(rooms), worker(rooms)];
  const holder = await one.own.claim(alice, ALIVE);
  const told: string[] = [];
  if ('kind' in holder) throw new Error('it was not given');
  holder.belongTo({ superseded: () => told.push('superseded'), revoked: () => told.push('revoked') });
  const dead = await other.own.claim(alice, { answers: () => Promise.resolve(false), giveWay: () => {} });
  expect([dead, told]).toEqual([{ kind: 'name', name: 'alice', fault: 'gone' }, []]);
  expect(await other.own.claim(alice, ALIVE)).toMatchObject({ name: 'alice' });
  expect(told).toEqual(['superseded']);
});
