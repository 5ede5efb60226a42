import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeastFirst } from '../../../src/verify/place/least-first.ts';

test('takes the least first, however adding and taking alternate', () => {
  const steps = fc.array(fc.option(fc.nat(50), { nil: 'take' as const }), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (list) => {
      const heap = new LeastFirst();
      const oracle: number[] = [];
      for (const step of list) {
        if (step === 'take') expect(heap.take()).toBe(oracle.sort((a, b) => a - b).shift());
        else {
          heap.add(step);
          oracle.push(step);
        }
      }
    }),
  );
});
