import { describe, expect, test } from 'vitest';
import { judged } from './simulated-pairs.ts';

describe('two runs', () => {
  test.each([4, 5])(
    'of the same thing are called different in at most 20 of 400, with %i repeats',
    (repeat) => {
      expect(judged(400, { slower: 1, repeat, seed: 5000 }).different).toBeLessThanOrEqual(20);
    },
  );

  test.each([4, 5])(
    'of which one is 10 % slower are called different, and by how much, with %i repeats',
    (repeat) => {
      const { different, holding } = judged(100, { slower: 1.1, repeat, seed: 1 });
      expect(different).toBeGreaterThanOrEqual(95);
      expect(holding).toBeGreaterThanOrEqual(90);
    },
  );
});
