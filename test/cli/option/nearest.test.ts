import { expect, test } from 'vitest';
import { nearest } from '../../../src/cli/option/nearest.ts';

test.each([
  ['--blok', ['--blocks', '--log', '--block'], '--block'],
  ['--cuont', ['--clients', '--count'], '--count'],
  ['--bar', ['--baz', '--bat'], '--baz'],
  ['--bar', ['--bat', '--baz'], '--bat'],
  ['--duration', ['--duration'], '--duration'],
  ['conect', ['compare', 'connect'], 'connect'],
  ['--verbose', ['--json', '--quiet'], undefined],
  ['', ['a', 'ab'], undefined],
  ['x', ['y'], undefined],
])('%j is, of %j, %j', (typed, words, word) => {
  expect(nearest(typed, words)).toBe(word);
});
