import { expect, test } from 'vitest';
import { demoOutcome, outcomeTable } from '../../../src/cli/demo/demo-outcome.ts';
import type { Verdict } from '../../../src/measure/verdict.ts';

const VERDICT: Verdict = {
  ...{ verdict: 'interrupted', messages: 500, expected: 500, tailKnown: true, checked: true },
  ...{ lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0, resumes: 1, blocks: 5 },
  ...{ unverifiedBlocks: 0, durationMs: 1 },
};
const NAMES = ['alice', 'bob', 'carol'];

const honest = (...verdicts: Partial<Verdict>[]) =>
  verdicts.map((verdict, index) => ({ client: NAMES[index] ?? '', verdict: { ...VERDICT, ...verdict } }));

const mallory = (
  outcome: 'caught' | 'missed' | 'false alarm' | 'none',
  wrongBlocks = 0,
  verdict: Partial<Verdict> = {},
) => ({
  client: 'mallory',
  verdict: { ...VERDICT, blocks: 61, ...verdict },
  harm: { outcome, wrongBlocks },
});

const CAUGHT = mallory('caught', 3, { verdict: 'failed', corrupt: 30, error: 'the server found 3 wrong' });

const said = (clients: Parameters<typeof demoOutcome>[0], kills = 0) => {
  const { word, text } = demoOutcome(clients, kills);
  return `${word} ${text}`;
};

test('a demo is proved if all that came to the honest was verified, and the one that misbehaves was caught', () => {
  expect(said({ honest: honest({}, {}, {}), harmed: CAUGHT }, 2)).toBe(
    'PROVED alice, bob and carol, as far as they went: 1,500 messages, each once, right and in order, though the server was killed 2 times; mallory was caught, as wanted: 3 of its 61 blocks wrong',
  );
});

test('one that had no time to misbehave is no failure', () => {
  expect(said({ honest: honest({}, {}, {}), harmed: mallory('none') })).toBe(
    'PROVED alice, bob and carol, as far as they went: 1,500 messages, each once, right and in order; nothing was wrong with mallory yet',
  );
});

test('one that misbehaves and is not caught is a failure', () => {
  expect(said({ honest: honest({}, {}, {}), harmed: mallory('missed') })).toBe(
    'FAILED mallory was not caught: messages to it were harmed, and every block was found right',
  );
  expect(said({ honest: honest({}), harmed: mallory('missed', 0, { unverifiedBlocks: 1 }) })).toMatch(
    /^PROVED alice/,
  );
});

test('one that is caught without having misbehaved is a failure', () => {
  expect(said({ honest: honest({}, {}), harmed: mallory('false alarm', 1, { verdict: 'failed' }) })).toBe(
    'FAILED mallory: 1 block found wrong, and nothing had been harmed',
  );
  const failed = mallory('none', 0, { verdict: 'failed', error: 'messages were lost' });
  expect(said({ honest: honest({}), harmed: failed })).toBe(
    'FAILED mallory: messages were lost, and nothing had been harmed',
  );
});

test('what is not verified is not proved', () => {
  expect(said({ honest: honest({}, { unverifiedBlocks: 2 }, {}), harmed: CAUGHT }, 1)).toBe(
    'INTERRUPTED 2 blocks of bob not verified yet; alice and carol proved, as far as they went; mallory was caught, as wanted: 3 of its 61 blocks wrong',
  );
  const none = honest({ messages: 0 }, { checked: false, unverifiedBlocks: 1 });
  expect(said({ honest: none, harmed: undefined })).toBe(
    'INTERRUPTED nothing came to alice; 1 block of bob not verified yet',
  );
  expect(said({ honest: [], harmed: undefined })).toBe('INTERRUPTED before there was anything to show');
});

test('an honest one that failed is named, and nothing makes up for it', () => {
  const clients = {
    honest: honest({}, { verdict: 'failed', lost: 1, error: 'messages were lost' }),
    harmed: CAUGHT,
  };
  expect(said(clients, 1)).toBe('FAILED bob: messages were lost');
});

test('the table says of each what it counted, and how that was judged', () => {
  const all = honest({}, { unverifiedBlocks: 1 }, { verdict: 'failed', lost: 2, messages: 12_345 });
  expect(outcomeTable({ honest: all, harmed: CAUGHT })).toEqual([
    '         messages  blocks  wrong  lost  repeated  reordered  resumes     verdict',
    'alice         500       5      0     0         0          0        1      proved',
    'bob           500       5      0     0         0          0        1  unverified',
    'carol      12,345       5      0     2         0          0        1      FAILED',
    'mallory       500      61      3     0         0          0        1      caught',
  ]);
});
