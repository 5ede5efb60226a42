import { describe, test } from 'vitest';
import { expectServed } from './witness.ts';

describe('a paced client over HTTP is served beside eight who send', () => {
  test.for([
    'posts to nobody',
    'posts, of a megabyte',
    'posts, in chunks of one byte',
    'posts, whose chunks have extensions without end',
    'posts, whose body does not come',
    'posts, of two lengths',
    'posts, that wait for a word',
    'requests behind each other',
    'answers, never read',
    'heads without end',
    'preflights',
    'heads alone',
  ])('%s', (attack) => expectServed('events', attack));
});
