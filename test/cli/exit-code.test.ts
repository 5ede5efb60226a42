import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf, exitCodeOfCapture, gravest } from '../../src/cli/exit-code.ts';
import type { Verdict } from '../../src/measure/verdict.ts';
import { type CaptureCounts, judgeCapture } from '../../src/verify/capture-verdict.ts';

const COUNTS = {
  messages: 1,
  expected: 1,
  lost: 0,
  repeated: 0,
  reordered: 0,
  corrupt: 0,
  foreign: 0,
  resumes: 0,
  blocks: 1,
  unverifiedBlocks: 0,
  durationMs: 1,
  tailKnown: true,
  checked: true,
};

describe('of a verdict', () => {
  test.each([
    [{ verdict: 'proved' }, 0],
    [{ verdict: 'unproved' }, 0],
    [{ verdict: 'interrupted' }, 130],
    [{ verdict: 'failed', error: 'the disk is full', integrity: false }, 1],
    [{ verdict: 'failed', error: 'messages are lost', integrity: true }, 2],
    [{ verdict: 'failed' }, 1],
  ] satisfies [Partial<Verdict> & Pick<Verdict, 'verdict'>, number][])('%j is %i', (verdict, code) => {
    expect(exitCodeOf({ ...COUNTS, ...verdict })).toBe(code);
  });
});

test('where a proof is demanded, one that goes as far as it goes is none', () => {
  const proved = { ...COUNTS, verdict: 'proved' } as const;
  expect(exitCodeOf(proved, true)).toBe(EXIT.ok);
  expect(exitCodeOf({ ...proved, tailKnown: false }, true)).toBe(EXIT.integrity);
  expect(exitCodeOf({ ...proved, tailKnown: false }, false)).toBe(EXIT.ok);
  expect(exitCodeOf({ ...COUNTS, verdict: 'unproved' }, true)).toBe(EXIT.integrity);
});

describe('of several', () => {
  test.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 130], 130],
    [[130, 1, 0], 1],
    [[0, 1, 2, 130], 2],
  ])('%j is %i', (codes, code) => {
    expect(gravest(codes)).toBe(code);
  });
});

test('they are those of the help', () => {
  expect(EXIT).toEqual({
    ok: 0,
    failure: 1,
    integrity: 2,
    invalid: 3,
    threshold: 99,
    interrupted: 130,
    terminated: 143,
  });
});

test('a capture that failed is an integrity failure', () => {
  const counts: CaptureCounts = {
    ...{ stream: 'users?seed=7', from: 0, counted: true, equal: 'bytes', order: 'sequential' },
    ...{ repeats: 'refuse', framing: 'lines', resembles: null, reserialised: 0, lines: 1, messages: 1 },
    ...{ expected: 1, lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0 },
  };
  expect(exitCodeOfCapture(judgeCapture(counts))).toBe(0);
  expect(exitCodeOfCapture(judgeCapture({ ...counts, corrupt: 1 }))).toBe(2);
});
