import { describe, expect, test } from 'vitest';
import { ConnectionLimits } from '../../../src/server/clients/connection-limits.ts';
import type { Claimant } from '../../../src/server/clients/name-registry.ts';
import { Names } from '../../../src/server/clients/names.ts';
import { OwnRooms } from '../../../src/server/clients/rooms.ts';
import { StreamAdmission } from '../../../src/server/door/admission.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';

const ALIVE: Claimant = { answers: () => Promise.resolve(true), giveWay: () => {} };
const ADDRESS = '192.0.2.1';

/** A claimant that gives its sign of life when it is told to. */
function patient() {
  let answer: (alive: boolean) => void = () => {};
  const claimant: Claimant = {
    answers: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    giveWay: () => answer(false),
  };
  return { claimant, answer: (alive: boolean) => answer(alive) };
}

/** Rooms for so many clients, and how to ask for admission to them. */
function rooms(maxClients = 100) {
  const names = new Names();
  const limits = new ConnectionLimits(maxClients, maxClients);
  const admission = (token: string, client = 'alice') => {
    const url = `/users?client=${client}&token=${token}`;
    const request = parseStreamRequest(url, { seed: 1, ratePerSecond: 10 });
    return new StreamAdmission(request, ADDRESS, new OwnRooms(names, limits));
  };
  return { names, limits, admission };
}

describe('an admission', () => {
  test('has a name and a place that are free before the claim is answered', async () => {
    const { names, limits, admission } = rooms(1);
    const alice = admission('first-token');
    const claim = alice.claim(ALIVE);
    expect(names.isFree('alice')).toBe(false);
    expect(limits.fault(ADDRESS)).toContain('all of its 1 clients');
    expect(await claim).toBeUndefined();
    alice.release();
    alice.release();
    expect(names.held).toBe(0);
    expect(limits.fault(ADDRESS)).toBeUndefined();
  });

  test('keeps neither if it is released before its claim is answered', async () => {
    const { names, limits, admission } = rooms(1);
    const alice = admission('first-token');
    const claim = alice.claim(ALIVE);
    alice.release();
    expect(await claim).toBeUndefined();
    expect(names.held).toBe(0);
    expect(limits.fault(ADDRESS)).toBeUndefined();
  });

  test('keeps neither if it is released between its sign of life and the answer', async () => {
    const { names, limits, admission } = rooms();
    const before = admission('first-token');
    await before.claim(ALIVE);
    const heir = admission('first-token');
    const { claimant, answer } = patient();
    const claim = heir.claim(claimant);
    answer(true);
    before.release();
    heir.release();
    expect(await claim).toBeUndefined();
    expect(names.held).toBe(0);
    expect(limits.fault(ADDRESS)).toBeUndefined();
  });

  test('takes over a name with its place, once, and the one before is told', async () => {
    const { names, limits, admission } = rooms(1);
    const before = admission('first-token');
    await before.claim(ALIVE);
    const told: string[] = [];
    before.belongTo({
      superseded: () => {
        told.push('superseded');
        before.release();
      },
      revoked: () => {},
    });
    const heir = admission('first-token');
    expect(heir.refusal).toBeUndefined();
    expect(await heir.claim(ALIVE)).toBeUndefined();
    expect(told).toEqual(['superseded']);
    expect(names.held).toBe(1);
    expect(limits.fault(ADDRESS)).toContain('all of its 1 clients');
    heir.release();
    expect(limits.fault(ADDRESS)).toBeUndefined();
  });

  test('is told at once that it was superseded if it was before it asked', async () => {
    const { admission } = rooms();
    const before = admission('first-token');
    await before.claim(ALIVE);
    await admission('first-token').claim(ALIVE);
    let told = false;
    before.belongTo({
      superseded: () => {
        told = true;
      },
      revoked: () => {},
    });
    expect(told).toBe(true);
  });

  test('of a name that another token holds is refused, looked at or claimed', async () => {
    const { names, admission } = rooms();
    await admission('first-token').claim(ALIVE);
    const other = admission('other-token');
    expect(other.refusal?.closeCode).toBe(4409);
    expect(await other.claim(ALIVE)).toMatchObject({ status: 409, closeCode: 4409 });
    other.release();
    expect(names.held).toBe(1);
  });

  test('is refused when a later connection has got the name while it waited', async () => {
    const { names, admission } = rooms();
    const before = admission('first-token');
    await before.claim(ALIVE);
    const late = admission('first-token');
    const { claimant, answer } = patient();
    const claim = late.claim(claimant);
    before.release();
    const newer = admission('first-token');
    await newer.claim(ALIVE);
    answer(true);
    expect((await claim)?.sentence).toContain('a later connection has got the name alice');
    late.release();
    expect(names.held).toBe(1);
  });

  test('is refused when the server has become full while it waited, and gives its name back', async () => {
    const { names, admission } = rooms(1);
    const before = admission('first-token');
    await before.claim(ALIVE);
    const heir = admission('first-token');
    const { claimant, answer } = patient();
    const claim = heir.claim(claimant);
    before.release();
    await admission('another-token', 'bob').claim(ALIVE);
    answer(true);
    expect(await claim).toMatchObject({ status: 503, closeCode: 1013 });
    heir.release();
    expect(names.held).toBe(1);
  });
});
