import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChurnMap } from '../../src/host/churn-map.ts';
import { collectAll, collectYoung, oldBytes } from '../collector.ts';

describe('ChurnMap', () => {
  test('is a map, however often it was copied', () => {
    const steps = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(steps, (all) => {
        const map = new ChurnMap<number, number>();
        const meant = new Map<number, number>();
        for (const [i, [key, put]] of all.entries()) {
          if (put) {
            map.set(key, i);
            meant.set(key, i);
          } else {
            expect(map.delete(key)).toBe(meant.delete(key));
          }
          expect([map.size, map.first, map.get(key), map.has(key)]).toEqual([
            ...[meant.size, [...meant][0], meant.get(key), meant.has(key)],
          ]);
        }
        expect(map.values()).toEqual([...meant.values()]);
      }),
      { numRuns: 20 },
    );
  });

  test('what has come and gone does not grow old with it', () => {
    const map = new ChurnMap<string, { readonly body: readonly number[] }>();
    const come = (number: number) => {
      map.set(`client ${number}`, { body: new Array<number>(128).fill(0) });
      map.delete(`client ${number - 64}`);
    };
    for (let number = 0; number < 1000; number++) come(number);
    collectAll();
    const beforeBytes = oldBytes();
    for (let number = 1000; number < 11_000; number++) {
      come(number);
      if (number % 500 === 0) collectYoung();
    }
    // A kilobyte each: half of it is kept in a Map of V8's.
    expect(oldBytes() - beforeBytes).toBeLessThan(1_000_000);
    expect(map.size).toBe(64);
  });
});
