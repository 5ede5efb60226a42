import { describe, test } from 'vitest';
import { expectServed } from './hostile-witness.ts';

describe('a paced client is served beside eight who ask for', () => {
  test.for(['streams, never read', 'streams, large', 'streams, large, slow', 'streams, of many seeds'])(
    '%s',
    expectServed,
  );
});
