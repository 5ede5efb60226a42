import { expect, test } from 'vitest';
import { isProved } from '../../../src/bench/process/proof.ts';

const CAME = { messages: 100, unverifiedBlocks: 0 };

test.each([
  ['all due came, and was found right', 'proved', CAME, true, true],
  ['it was stopped, and all it had was found right', 'interrupted', CAME, true, true],
  ['it was stopped before the last answer', 'interrupted', { ...CAME, unverifiedBlocks: 1 }, true, false],
  ['a plain server, stopped: nobody checked anything', 'interrupted', CAME, false, false],
  ['a plain server, to the end', 'unproved', CAME, false, false],
  ['a server without proof, whatever the verdict says', 'proved', CAME, false, false],
  ['nothing came', 'interrupted', { messages: 0, unverifiedBlocks: 0 }, true, false],
  ['something was wrong', 'failed', CAME, true, false],
  ['no proof was given', 'unproved', CAME, true, false],
] as const)('%s', (_, verdict, counts, provable, proved) => {
  expect(isProved({ verdict, ...counts }, provable)).toBe(proved);
});
