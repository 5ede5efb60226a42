import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlarmHeap, type HeapEntry } from '../../src/host/alarm-heap.ts';

class Entry implements HeapEntry {
  heapIndex: number | undefined;
  dueMs: number;

  constructor(dueMs: number) {
    this.dueMs = dueMs;
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant('put' as const), dueMs: fc.nat(50) }),
    fc.record({ step: fc.constant('move' as const), which: fc.nat(), dueMs: fc.nat(50) }),
    fc.record({ step: fc.constant('remove' as const), which: fc.nat() }),
    fc.record({ step: fc.constant('pop' as const) }),
  ),
  { maxLength: 200 },
);

test('the first is the one that is due first, whatever is put in, moved and taken out', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const heap = new AlarmHeap<Entry>();
      const model: Entry[] = [];
      for (const step of all) {
        const chosen = 'which' in step ? model[step.which % Math.max(model.length, 1)] : undefined;
        if (step.step === 'put') {
          const entry = new Entry(step.dueMs);
          heap.put(entry);
          model.push(entry);
        } else if (step.step === 'move' && chosen !== undefined) {
          chosen.dueMs = step.dueMs;
          heap.put(chosen);
        } else {
          const gone = step.step === 'pop' ? heap.first : chosen;
          if (gone === undefined) continue;
          heap.remove(gone);
          heap.remove(gone); // once is enough
          model.splice(model.indexOf(gone), 1);
          expect(gone.heapIndex).toBeUndefined();
        }
        expect(heap.size).toBe(model.length);
        const dues = model.map(({ dueMs }) => dueMs);
        expect(heap.first?.dueMs).toBe(dues.length === 0 ? undefined : Math.min(...dues));
      }
    }),
  );
});

/** Every order of 1 to `count`. */
function ordersOf(count: number): number[][] {
  if (count === 0) return [[]];
  return ordersOf(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, place) => [...order.slice(0, place), count, ...order.slice(place)]),
  );
}

test('entries come out as they are due, in whatever order they were put in', () => {
  for (const order of ordersOf(6)) {
    const heap = new AlarmHeap<Entry>();
    for (const dueMs of order) heap.put(new Entry(dueMs));
    const dues: number[] = [];
    for (let first = heap.first; first !== undefined; first = heap.first) {
      dues.push(first.dueMs);
      heap.remove(first);
    }
    expect(dues, `put in as ${order}`).toEqual([1, 2, 3, 4, 5, 6]);
  }
});
