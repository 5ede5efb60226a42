import { expect, test } from 'vitest';
import { likelierPlace } from '../../src/measure/likelier-place.ts';

test.for([
  ['one is lost', 11, 12, 11],
  ['many are lost', 5000, 5001, 5000],
  ['one is lost, and the next but one', 11, 13, 11],
  ['one is overtaken by the next', 11, 10, 11],
  ['one is overtaken by the two behind it', 11, 12, 11],
  ['one comes long before its turn', 14, 10, 14],
  ['one comes again', 9, 10, 9],
  ['an old one comes again', 3, 10, 3],
  ['a digit was hit, upwards', 50_288, 11, 10],
  ['a digit was hit, downwards', 2, 11, 10],
  ['the lowest digit was hit', 12, 11, 10],
  ['a digit was hit, and the next one is lost', 50_288, 12, 10],
  ['a digit was hit, and one of the next message', 50_288, 9011, 10],
  ['a digit was hit, and the next message has no seq', 50_288, undefined, 10],
  ['the next message has no seq', 11, undefined, 10],
] as const)('%s', ([, claimed, following, place]) => {
  expect(likelierPlace(10, claimed, following)).toBe(place);
});
