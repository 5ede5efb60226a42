import { describe, test } from 'vitest';
import { expectServed } from './hostile-witness.ts';

describe('a paced client is served beside eight who send', () => {
  test.for([
    'fragments without end',
    'fragments of one byte',
    'frames, unmasked',
    'frames, oversized',
    'frames, not UTF-8',
    'frames, reserved bits',
    'frames, reserved opcodes',
  ])('%s', expectServed);
});
