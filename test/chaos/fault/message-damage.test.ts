import { expect, test } from 'vitest';
import { cutEnd, flipBit } from '../../../src/chaos/fault/message-damage.ts';

const HIGHEST_OF_ASCII = 0.99;

test('a flipped bit makes no end of a line in a text, which would be two in a carriage of lines', () => {
  const flip = (text: string) =>
    Buffer.from(flipBit(Buffer.from(text), true, 0, HIGHEST_OF_ASCII)).toString('latin1');
  expect(flip('JA')).toBe('J\x01');
  expect(flip('MA')).toBe('M\x01');
  expect(flip('AJ')).toBe('\x01J');
});

test('what is cut off leaves one character, if there are more', () => {
  const left = (text: string, place: number) =>
    Buffer.from(cutEnd(Buffer.from(text), true, place)).toString();
  expect(left('éa', 0)).toBe('é');
  expect(left('éab', 0.8)).toBe('éa');
  expect(left('a', 0)).toBe('');
});
