import { expect, test } from 'vitest';
import { demoOutcome } from '../../../src/cli/demo/demo-outcome.ts';
import type { Verdict } from '../../../src/measure/verdict.ts';

const VERDICT: Verdict = {
  ...{ verdict: 'interrupted', messages: 500, expected: 500, tailKnown: true, checked: true },
  ...{ lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0, resumes: 1, blocks: 5 },
  ...{ unverifiedBlocks: 0, durationMs: 1 },
};
const outcome = (kills: number, ...verdicts: Partial<Verdict>[]) => {
  const clients = verdicts.map((verdict, index) => ({
    client: `client-${index + 1}`,
    verdict: { ...VERDICT, ...verdict },
  }));
  const { word, text } = demoOutcome(clients, kills);
  return `${word} ${text}`;
};

test('a demo is proved if all that came was verified', () => {
  expect(outcome(2, {}, {}, {})).toBe(
    'PROVED by all 3 clients, as far as they went: 1,500 messages, each once, right and in order, though the server was killed 2 times',
  );
  expect(outcome(0, {}, {})).toMatch(/each once, right and in order$/);
});

test('what is not verified is not proved', () => {
  expect(outcome(1, {}, { unverifiedBlocks: 2 }, {})).toBe(
    'INTERRUPTED 2 blocks of client-2 not verified yet; client-1, client-3 proved, as far as they went',
  );
  expect(outcome(0, { messages: 0 }, { checked: false, unverifiedBlocks: 1 })).toBe(
    'INTERRUPTED nothing came to client-1; 1 block of client-2 not verified yet',
  );
  expect(outcome(0)).toBe('INTERRUPTED before there was anything to show');
});

test('one client that failed is named', () => {
  expect(outcome(1, {}, { verdict: 'failed', lost: 1 })).toBe('FAILED client-2: the verdict above says why');
});
