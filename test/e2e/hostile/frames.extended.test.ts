import { describe, test } from 'vitest';
import { expectServed } from './witness.ts';

describe('a paced client is served beside eight who send', () => {
  test.for([
    'echoes, empty',
    'echoes, 64 KiB, never read',
    'pings, empty',
    'pings one by one',
    'pings, 125 bytes, never read',
    'pongs, empty',
    'fragments without end',
    'fragments of one byte',
    'frames, unmasked',
    'frames, oversized',
    'frames, not UTF-8',
    'frames, reserved bits',
    'frames, reserved opcodes',
  ])('%s', (attack) => expectServed('websocket', attack));
});
