import { expect, test } from 'vitest';
import { HarmTally } from '../../../src/cli/demo/harm-tally.ts';

test('harm that was told is caught', () => {
  const tally = new HarmTally();
  expect(tally.outcome).toBe('none');
  tally.did();
  tally.block();
  tally.foundWrong();
  expect([tally.outcome, tally.wrongBlocks]).toEqual(['caught', 1]);
});

test('harm that arrived and was not told is missed', () => {
  const tally = new HarmTally();
  tally.did();
  expect(tally.outcome).toBe('none'); // its block is still open
  tally.block();
  expect(tally.outcome).toBe('missed');
});

test('harm that was lost with its connection has not arrived', () => {
  const tally = new HarmTally();
  tally.did();
  tally.broke();
  tally.block();
  expect(tally.outcome).toBe('none');
});

test('what is found wrong without any harm is a false alarm', () => {
  const tally = new HarmTally();
  tally.foundWrong();
  expect(tally.outcome).toBe('false alarm');
});
