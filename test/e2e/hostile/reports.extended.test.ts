import { describe, test } from 'vitest';
import { BY_EACH_WAY, expectServed } from './witness.ts';

describe.each(BY_EACH_WAY)('a paced client over %s is served beside eight who send', (over) => {
  test.for([
    'texts, empty',
    'texts, 64 KiB',
    'texts, too large',
    'receipts, forged',
    'receipts, forged, never read',
    'receipts, out of range',
    'receipts, repeated',
    'receipts, not JSON',
    'receipts, of a million messages',
  ])('%s', (attack) => expectServed(over, attack));
});
