import { describe, expect, test } from 'vitest';
import { memberKey } from '../../../src/cluster/members/member-entry.ts';
import { Membership } from '../../../src/cluster/members/membership.ts';
import { CLUSTER_TIMES } from '../../../src/cluster/store/cluster-times.ts';
import type { Store } from '../../../src/cluster/store/store.ts';
import { Host } from '../../../src/host/host.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { NodeMachine } from '../simulation/node-machine.ts';
import { VirtualNetwork } from '../simulation/virtual-network.ts';

const { beatMs, silentBeats } = CLUSTER_TIMES;
const PATIENCE_MS = beatMs * silentBeats;

function world() {
  const time = new VirtualTime(1, 16);
  const network = new VirtualNetwork(time);
  const told: string[] = [];
  let processes = 0;
  const start = (member: string, wrap: (store: Store) => Store = (store) => store) => {
    const machine = new NodeMachine(time);
    const membership = new Membership({
      ...{ member, process: `p${++processes}`, details: { version: '1', catalogue: 'c' } },
      ...{ store: wrap(network.storeFor(machine)), host: new Host(machine), times: CLUSTER_TIMES },
    });
    const joining = membership.join({
      beat: () => {},
      refenced: () => told.push(`${member} refenced`),
      replaced: () => told.push(`${member} replaced`),
      reach: (reached) => told.push(`${member} ${reached ? 'reaches' : 'does not reach'} the store`),
    });
    return { machine, membership, joining };
  };
  const run = (forMs: number) => {
    const untilMs = time.nowMs + forMs;
    time.at(untilMs, () => {});
    return time.runUntil(() => time.nowMs >= untilMs, untilMs);
  };
  return { time, network, start, run, told };
}

describe('a member', () => {
  test('is alive as long as its revision moves, whatever any wall clock says', async () => {
    const { start, run, told } = world();
    const a = start('a');
    const b = start('b');
    await run(1000);
    for (let steps = 0; steps < 10; steps++) {
      b.machine.stepWallClock(3_600_000);
      a.machine.stepWallClock(-7_200_000);
      await run(beatMs);
    }
    expect(told.filter((line) => line.includes('refenced'))).toEqual([]);
    expect([...b.membership.members.keys()].sort()).toEqual(['a', 'b']);
    expect(told).toEqual(['a reaches the store', 'b reaches the store']);
  });

  test('is called dead when its revision has not moved for three beats, and not before', async () => {
    const { start, run } = world();
    const a = start('a');
    const b = start('b');
    await run(1000);
    const { fence } = a.membership;
    await run(20 * beatMs);
    a.machine.kill();
    await run(PATIENCE_MS - beatMs - 100);
    expect(b.membership.isDead('a', fence)).toBe(false);
    await run(3 * beatMs);
    expect(b.membership.isDead('a', fence)).toBe(true);
  });

  test('is not called dead because a reading lacks it: replicas of a store may expire a key at different times', async () => {
    const { start, run, network } = world();
    const a = start('a');
    const lacking = (store: Store): Store => ({
      ...store,
      get: (key) =>
        key === memberKey('a') ? Promise.resolve({ revision: 0, value: undefined }) : store.get(key),
    });
    const b = start('b', lacking);
    await run(1000);
    const { fence } = a.membership;
    const judged = b.membership.judge('a', fence);
    let state = '';
    void judged.then((found) => {
      state = found;
    });
    await run(5 * PATIENCE_MS);
    expect(state).not.toBe('dead');
    expect(network.now(memberKey('a')).value).toContain(`"fence":${fence}`);
  });

  test('that was stopped for long finds itself called dead, and joins with a higher fence', async () => {
    const { time, start, run, told } = world();
    const a = start('a');
    start('b');
    await run(20 * beatMs);
    const { fence } = a.membership;
    a.machine.stop();
    time.after(20_000, () => a.machine.goOn());
    await run(20_000 + 2 * beatMs);
    expect(told).toContain('a refenced');
    expect(a.membership.fence).toBeGreaterThan(fence);
  });

  test('is not called dead because the store was away: nobody moved then', async () => {
    const { network, start, run, told } = world();
    const a = start('a');
    await run(500); // so that the other sees its last beat
    start('b');
    await run(20 * beatMs);
    network.setUp(false);
    await run(PATIENCE_MS + beatMs);
    await run(20_000);
    network.cut(a.machine); // it comes back a little later
    network.setUp(true);
    await run(3000);
    network.heal(a.machine);
    await run(10 * beatMs);
    expect(told.filter((line) => /refenced|does not/.test(line)).sort()).toEqual([
      'a does not reach the store',
      'b does not reach the store',
    ]);
  });

  test('of an id that is there is refused; one that is dead is waited for', async () => {
    const { start, run } = world();
    const first = start('a');
    await run(1000);
    const second = start('a');
    await run(2 * PATIENCE_MS);
    expect(await Promise.race([second.joining, 'pending'])).toBe('taken');
    first.machine.kill();
    const third = start('a');
    await run(2 * PATIENCE_MS);
    expect(await Promise.race([third.joining, 'pending'])).toBe('joined');
    expect(third.membership.fence).toBeGreaterThan(first.membership.fence);
  });

  test('that left is dead at once', async () => {
    const { start, run } = world();
    const a = start('a');
    const b = start('b');
    await run(1000);
    void a.membership.leave();
    await run(100);
    void b.membership.refresh();
    await run(100);
    expect(b.membership.isDead('a', a.membership.fence)).toBe(true);
    expect([...b.membership.members.keys()]).toEqual(['b']);
  });

  test('whose place another process has taken is told, and does not come back', async () => {
    const { start, run, told } = world();
    const first = start('a');
    await run(1000);
    first.machine.stop();
    start('a');
    await run(2 * PATIENCE_MS);
    first.machine.goOn();
    await run(2 * PATIENCE_MS);
    expect(told).toContain('a replaced');
  });
});
