import { describe, test } from 'vitest';
import { BY_EACH_WAY, expectServed, OVER } from './witness.ts';

describe.each(OVER)('a paced client over %s is served beside eight who ask for', (over) => {
  test.for(['streams, never read', 'streams, large'])('%s', (attack) => expectServed(over, attack));
});

describe.each(BY_EACH_WAY)('a paced client over %s is served beside eight who ask for', (over) => {
  test.for([
    'streams, large, slow',
    'streams, of many seeds',
    'streams, left at once',
    'names, of somebody else',
    'names, taken over',
    'requests, of nothing',
    'requests, of bad parameters',
    'requests, too long',
  ])('%s', (attack) => expectServed(over, attack));
});

test('a paced client is served beside eight who say garbage in place of a request', () =>
  expectServed('websocket', 'garbage'));
