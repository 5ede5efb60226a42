import { expect, test } from 'vitest';
import type { Store } from '../../../src/cluster/store/store.ts';

/** What members assume of a store, however it is made. @param settled waits for an answer of the store */
export function storeSuite(
  open: () => Promise<{ store: Store; settled<R>(answer: Promise<R>): Promise<R> }>,
): void {
  test('a key that was never written has the revision 0 and no value', async () => {
    const { store, settled } = await open();
    expect(await settled(store.get('name.never'))).toEqual({ revision: 0, value: undefined });
  });

  test('a write is made if the key has the expected revision, and not otherwise', async () => {
    const { store, settled } = await open();
    const first = await settled(store.update('name.a', 'one', 0));
    expect(first).toBeTypeOf('number');
    expect(await settled(store.update('name.a', 'again', 0))).toBe('conflict');
    const second = await settled(store.update('name.a', 'two', Number(first)));
    expect(second).toBeGreaterThan(Number(first));
    expect(await settled(store.update('name.a', 'late', Number(first)))).toBe('conflict');
    expect(await settled(store.get('name.a'))).toEqual({ revision: second, value: 'two' });
  });

  test('revisions grow over all keys', async () => {
    const { store, settled } = await open();
    const a = Number(await settled(store.update('name.ga', '1', 0)));
    const b = Number(await settled(store.update('member.gb', '1', 0)));
    const c = Number(await settled(store.update('name.ga', '2', a)));
    expect([b > a, c > b]).toEqual([true, true]);
  });

  test('of many that write at the same revision, one does', async () => {
    const { store, settled } = await open();
    const writes = Array.from({ length: 20 }, (_, index) => store.update('name.race', `${index}`, 0));
    const outcomes = await settled(Promise.all(writes));
    expect(outcomes.filter((outcome) => typeof outcome === 'number')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(19);
  });

  test('a key that was removed keeps a revision, by which it can be written again', async () => {
    const { store, settled } = await open();
    const first = Number(await settled(store.update('name.r', 'one', 0)));
    expect(await settled(store.remove('name.r', first + 1000))).toBe('conflict');
    const removed = Number(await settled(store.remove('name.r', first)));
    expect(await settled(store.get('name.r'))).toEqual({ revision: removed, value: undefined });
    expect(await settled(store.update('name.r', 'early', 0))).toBe('conflict');
    expect(await settled(store.update('name.r', 'two', removed))).toBeGreaterThan(removed);
  });

  test('a list has the keys with values that begin so', async () => {
    const { store, settled } = await open();
    expect(await settled(store.list('member.'))).toEqual(new Map());
    const a = Number(await settled(store.update('member.la', 'A', 0)));
    const b = Number(await settled(store.update('member.lb', 'B', 0)));
    await settled(store.update('name.lc', 'C', 0));
    await settled(store.remove('member.lb', b));
    expect(await settled(store.list('member.'))).toEqual(
      new Map([['member.la', { revision: a, value: 'A' }]]),
    );
  });
}
