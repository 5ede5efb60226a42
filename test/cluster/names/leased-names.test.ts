import { describe, expect, test } from 'vitest';
import { nameKey, readName } from '../../../src/cluster/names/name-entry.ts';
import { BOUND_MS, SimulatedCluster, TIMES } from '../simulation/simulated-cluster.ts';

const PATIENCE_MS = TIMES.beatMs * TIMES.silentBeats;
/** Longer than a claim takes that need not wait for a member to be called dead. */
const SOON_MS = 500;

/** Nodes that have joined. */
async function running(count: number) {
  const cluster = new SimulatedCluster(1);
  const nodes = Array.from({ length: count }, (_, index) => cluster.start(`n${index}`));
  await cluster.run(TIMES.beatMs + 1000);
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error('two nodes at least');
  const entry = (name: string) => readName(cluster.network.now(nameKey(name)));
  return { cluster, first, second, nodes, entry };
}

describe('a name', () => {
  test('that is held at one node is refused at another', async () => {
    const { cluster, first, second } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    const stranger = cluster.connect(second, 'zoë', 'b');
    await cluster.run(SOON_MS);
    expect([holder.served, stranger.closed]).toEqual([true, 'refused']);
  });

  test('goes to who brings its token at another node, and the one before is told at once', async () => {
    const { cluster, first, second, entry } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    const heir = cluster.connect(second, 'zoë', 'a');
    await cluster.run(SOON_MS);
    expect([holder.closed, heir.served]).toEqual(['superseded', true]);
    expect(entry('zoë')).toMatchObject({ member: 'n1', fence: second.member.membership.fence });
  });

  test('stays where it is if who brings its token shows no sign of life', async () => {
    const { cluster, first, second } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    const ghost = cluster.connect(second, 'zoë', 'a');
    ghost.clientIsThere = false;
    await cluster.run(20_000);
    expect([holder.served, ghost.closed]).toEqual([true, 'gone']);
  });

  test('that another has got meanwhile is not taken over from that one', async () => {
    const { cluster, first, second, nodes } = await running(3);
    cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    const stale = cluster.connect(second, 'zoë', 'a');
    stale.clientIsThere = false; // it will answer late
    await cluster.run(100);
    const [, , third = first] = nodes;
    const heir = cluster.connect(third, 'zoë', 'a');
    await cluster.run(SOON_MS);
    stale.clientIsThere = true;
    await cluster.run(20_000);
    expect([heir.served, stale.closed]).toEqual([true, 'refused']);
  });

  test('is free for anybody once its holder has left', async () => {
    const { cluster, first, second } = await running(2);
    cluster.connect(first, 'zoë', 'a').close('gone');
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    holder.close('gone');
    const stranger = cluster.connect(second, 'zoë', 'b');
    await cluster.run(SOON_MS);
    expect(stranger.served).toBe(true);
  });

  test('of who has left is taken out of the store, also if that could not be reached then', async () => {
    const { cluster, first, entry } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    const other = cluster.connect(first, 'abe', 'a');
    await cluster.run(SOON_MS);
    holder.close('gone');
    await cluster.run(TIMES.beatMs);
    expect(entry('zoë')).toBeUndefined();
    cluster.storeGone(10_000);
    other.close('gone');
    await cluster.run(10_000 + 2 * TIMES.beatMs);
    expect(entry('abe')).toBeUndefined();
  });

  test('of a node that was killed is had by its owner at once, and by a stranger once the node is called dead', async () => {
    const { cluster, first, second } = await running(2);
    cluster.connect(first, 'zoë', 'a');
    cluster.connect(first, 'abe', 'a');
    await cluster.run(SOON_MS);
    cluster.killNode(first);
    const owner = cluster.connect(second, 'zoë', 'a');
    const stranger = cluster.connect(second, 'abe', 'b');
    await cluster.run(SOON_MS);
    expect([owner.served, stranger.served]).toEqual([true, false]);
    await cluster.run(PATIENCE_MS + TIMES.beatMs + TIMES.answerMs);
    expect(stranger.served).toBe(true);
  });

  test('that its member gives away is had by anybody', async () => {
    const { cluster, first, second } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    holder.lease?.giveWay();
    const stranger = cluster.connect(second, 'zoë', 'b');
    await cluster.run(SOON_MS);
    expect([holder.closed, stranger.served]).toEqual(['superseded', true]);
  });

  test('for a client that brought none is another after its node was started anew', async () => {
    const { cluster, first } = await running(2);
    const before = first.member.names.freeName();
    cluster.killNode(first);
    const again = cluster.start('n0');
    await cluster.run(2 * PATIENCE_MS);
    expect(before).toMatch(/^client-n0\.[0-9a-z]+-1$/);
    expect(again.member.names.freeName()).not.toBe(before);
  });
});

describe('a node that was called dead', () => {
  test('claims its names again, and closes those that are another’s by now', async () => {
    const { cluster, first, second, entry } = await running(2);
    const kept = cluster.connect(first, 'zoë', 'a');
    const lost = cluster.connect(first, 'abe', 'a');
    await cluster.run(SOON_MS);
    cluster.cutOff(first, 20_000);
    await cluster.run(15_000);
    const heir = cluster.connect(second, 'abe', 'b');
    await cluster.run(4000);
    expect([kept.served, lost.served, heir.served]).toEqual([true, true, true]); // what goes on there goes on
    await cluster.run(1000 + 2 * TIMES.beatMs);
    expect([kept.served, lost.closed, heir.served]).toEqual([true, 'superseded', true]);
    expect(entry('zoë')).toMatchObject({ member: 'n0', fence: first.member.membership.fence });
    expect(cluster.differences()).toEqual([]);
  });
});

test('a node that no message reaches finds out by looking its names up that one is another’s', async () => {
  const { cluster, first, second } = await running(2);
  const holder = cluster.connect(first, 'zoë', 'a');
  await cluster.run(SOON_MS);
  cluster.network.carries = false;
  const heir = cluster.connect(second, 'zoë', 'a');
  await cluster.run(SOON_MS);
  expect([holder.served, heir.served]).toEqual([true, true]);
  await cluster.run(BOUND_MS);
  expect([holder.closed, heir.served]).toEqual(['superseded', true]);
});

test('a node whose name is another’s, which has died since, has it again', async () => {
  const { cluster, first, second, entry } = await running(2);
  const holder = cluster.connect(first, 'zoë', 'a');
  await cluster.run(SOON_MS);
  cluster.network.carries = false;
  cluster.connect(second, 'zoë', 'a');
  await cluster.run(SOON_MS);
  cluster.killNode(second);
  await cluster.run(BOUND_MS);
  expect([holder.served, entry('zoë')?.member]).toEqual([true, 'n0']);
});

describe('without the store', () => {
  test('a name that nobody has here is given, and claimed when the store is back', async () => {
    const { cluster, first, entry } = await running(2);
    cluster.storeGone(30_000);
    const early = cluster.connect(first, 'zoë', 'a');
    await cluster.run(2000);
    expect([early.served, entry('zoë')]).toEqual([true, undefined]);
    await cluster.run(28_000 + 2 * TIMES.beatMs);
    expect([early.served, entry('zoë')?.member]).toEqual([true, 'n0']);
  });

  test('a name is taken over from a connection of the same node, and goes on being held', async () => {
    const { cluster, first } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(SOON_MS);
    cluster.storeGone(5000);
    const heir = cluster.connect(first, 'zoë', 'a');
    await cluster.run(5000 + 2 * TIMES.beatMs);
    expect([holder.closed, heir.served]).toEqual(['superseded', true]);
    expect(cluster.differences()).toEqual([]);
  });

  test('a name that was given though another node had it goes back: its client has to claim it again', async () => {
    const { cluster, first, second } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(TIMES.beatMs + SOON_MS);
    cluster.storeGone(20_000);
    const stranger = cluster.connect(second, 'zoë', 'b');
    await cluster.run(20_000 + 2 * TIMES.beatMs);
    expect([holder.served, stranger.closed]).toEqual([true, 'revoked']);
  });

  test('its owner, given it elsewhere, has it afterwards, and the one before is told', async () => {
    const { cluster, first, second, entry } = await running(2);
    const holder = cluster.connect(first, 'zoë', 'a');
    await cluster.run(TIMES.beatMs + SOON_MS);
    cluster.storeGone(20_000);
    const owner = cluster.connect(second, 'zoë', 'a');
    await cluster.run(20_000 + 2 * TIMES.beatMs);
    expect([holder.closed, owner.served, entry('zoë')?.member]).toEqual(['superseded', true, 'n1']);
  });
});
