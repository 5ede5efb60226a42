import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, type RunCounts, type RunFacts } from '../../src/measure/verdict.ts';

const COUNTS: RunCounts = {
  messages: 100,
  expected: 100,
  lost: 0,
  repeated: 0,
  reordered: 0,
  corrupt: 0,
  foreign: 0,
  resumes: 3,
  blocks: 10,
  unverifiedBlocks: 0,
  durationMs: 1234.5,
  tailKnown: true,
};

/** A run with nothing wrong about it, to its end, against a server that gives proof. */
const CLEAN: RunFacts = { ...COUNTS, provable: true, ignoreForeign: false, wrongBlocks: 0, stopped: false };

const failed = (error: string, integrity = true) => ({ verdict: 'failed', error, integrity });

const SEQS = 'messages were lost, repeated or out of order';

describe('with proof', () => {
  test.each<[string, Partial<RunFacts>, object]>([
    ['nothing wrong', {}, { verdict: 'proved' }],
    ['nothing due', { messages: 0, expected: 0, blocks: 0 }, { verdict: 'unproved' }],
    ['nothing came', { messages: 0, blocks: 0 }, failed('0 messages came, 100 were due')],
    ['one lost', { lost: 1 }, failed(SEQS)],
    ['one repeated', { repeated: 1 }, failed(SEQS)],
    ['one reordered', { reordered: 1 }, failed(SEQS)],
    ['its log is not whole', { storeFault: 'run.ndjson is gone' }, failed('run.ndjson is gone', false)],
    ['its log is not whole, and one is lost', { lost: 1, storeFault: 'run.ndjson is gone' }, failed(SEQS)],
    ['one lost, one repeated', { lost: 1, repeated: 1 }, failed(SEQS)],
    ['a wrong block', { wrongBlocks: 1, corrupt: 10 }, failed('the server found 1 of 10 blocks wrong')],
    ['a missing tail', { messages: 99 }, failed('99 messages came, 100 were due')],
    ['too many', { messages: 101 }, failed('101 messages came, 100 were due')],
    [
      'no answer',
      { unverifiedBlocks: 2 },
      { ...failed('the server did not verify 2 of 10 blocks'), unverifiedBlocks: 2 },
    ],
  ])('%s', (_, facts, expected) => {
    const { messages, expected: due, lost, repeated, reordered, corrupt, blocks } = { ...CLEAN, ...facts };
    const counts = { ...COUNTS, messages, expected: due, lost, repeated, reordered, corrupt, blocks };
    expect(judge({ ...CLEAN, ...facts })).toStrictEqual({ ...counts, checked: true, ...expected });
  });
});

describe('with proof, stopped before its end', () => {
  test.each<[string, Partial<RunFacts>, object]>([
    ['nothing wrong', {}, { verdict: 'interrupted' }],
    ['blocks not yet verified', { unverifiedBlocks: 2 }, { verdict: 'interrupted', unverifiedBlocks: 2 }],
    ['messages still due', { messages: 40 }, { verdict: 'interrupted' }],
    ['its log is not whole', { storeFault: 'run.ndjson is gone' }, failed('run.ndjson is gone', false)],
    ['one lost', { lost: 1 }, failed(SEQS)],
    ['one repeated', { repeated: 1 }, failed(SEQS)],
    ['one reordered', { reordered: 1 }, failed(SEQS)],
    ['a wrong block', { wrongBlocks: 3 }, failed('the server found 3 of 10 blocks wrong')],
  ])('%s', (_, facts, expected) => {
    expect(judge({ ...CLEAN, stopped: true, ...facts })).toMatchObject(expected);
  });
});

describe('without proof', () => {
  test.each<[string, Partial<RunFacts>, object]>([
    ['to its end', {}, { verdict: 'unproved' }],
    ['stopped before its end', { stopped: true, messages: 40 }, { verdict: 'interrupted' }],
    ['ended from outside', { error: 'no such stream' }, failed('no such stream', false)],
  ])('%s', (_, facts, expected) => {
    expect(judge({ ...CLEAN, provable: false, ...facts })).toMatchObject(expected);
  });
});

describe('an error from outside', () => {
  test.each<[string, Partial<RunFacts>, object]>([
    ['is of usage or I/O unless it says otherwise', {}, failed('disk full', false)],
    ['may be of integrity', { integrity: true }, failed('disk full')],
    ['comes before every other fault', { lost: 5, wrongBlocks: 1 }, failed('disk full', false)],
    ['comes before a stop', { stopped: true }, failed('disk full', false)],
  ])('%s', (_, facts, expected) => {
    expect(judge({ ...CLEAN, ...facts, error: 'disk full' })).toStrictEqual({
      ...COUNTS,
      checked: true,
      lost: facts.lost ?? 0,
      ...expected,
    });
  });
});

test('the gravest fault is the one that is told', () => {
  const everything = { lost: 1, wrongBlocks: 1, messages: 99, unverifiedBlocks: 1 };
  const told = [
    {},
    { lost: 0 },
    { lost: 0, wrongBlocks: 0 },
    { lost: 0, wrongBlocks: 0, messages: 100 },
    { lost: 0, wrongBlocks: 0, messages: 100, unverifiedBlocks: 0 },
  ].map((less) => judge({ ...CLEAN, ...everything, ...less }).error);
  expect(told).toEqual([
    SEQS,
    'the server found 1 of 10 blocks wrong',
    '99 messages came, 100 were due',
    'the server did not verify 1 of 10 blocks',
    undefined,
  ]);
});

test('proved is nothing but a clean run to its end', () => {
  const some = fc.constantFrom(0, 1, 7);
  const facts = fc.record({
    messages: fc.constantFrom(99, 100),
    lost: some,
    repeated: some,
    reordered: some,
    unverifiedBlocks: some,
    wrongBlocks: some,
    provable: fc.boolean(),
    stopped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.constant({}), facts), (unclean) => {
      const run = { ...CLEAN, ...unclean };
      const clean =
        run.messages === run.expected &&
        run.lost + run.repeated + run.reordered + run.unverifiedBlocks + run.wrongBlocks === 0;
      const { verdict } = judge(run);
      expect(verdict === 'proved').toBe(clean && run.provable && !run.stopped);
      expect(verdict === 'interrupted' && !run.stopped).toBe(false);
      expect(verdict === 'unproved' && run.provable).toBe(false);
    }),
    { numRuns: 500 },
  );
});
