import { describe, test } from 'vitest';
import { expectServed, OVER } from './witness.ts';

describe.each(OVER)('a paced client over %s is served beside eight who ask for', (over) => {
  test.for([
    'streams, never read',
    'streams, large',
    'streams, large, slow',
    'streams, of many seeds',
    'streams, left at once',
    'names, of somebody else',
    'names, taken over',
    'requests, of nothing',
    'requests, of bad parameters',
    'requests, too long',
    'garbage',
  ])('%s', (attack) => expectServed(over, attack));
});
