import { describe, test } from 'vitest';
import { expectServed } from './hostile-witness.ts';

describe('a paced client is served beside eight who send', () => {
  test.for([
    'texts, empty',
    'texts, 64 KiB',
    'echoes, empty',
    'echoes, 64 KiB, never read',
    'pings, empty',
    'pings one by one',
    'pings, 125 bytes, never read',
    'pongs, empty',
  ])('%s', expectServed);
});
