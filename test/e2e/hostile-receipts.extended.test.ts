import { describe, test } from 'vitest';
import { expectServed } from './hostile-witness.ts';

describe('a paced client is served beside eight who send', () => {
  test.for([
    'receipts, forged',
    'receipts, forged, never read',
    'receipts, out of range',
    'receipts, repeated',
    'receipts, of a million messages',
  ])('%s', expectServed);
});
