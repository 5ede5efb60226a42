import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceTally } from '../../src/measure/sequence-tally.ts';
import { LAST_SEQ } from '../../src/stream/stream.ts';

interface Counts {
  next: number;
  lost: number;
  repeated: number;
  reordered: number;
}

function countsOf({ next, lost, repeated, reordered }: SequenceTally): Counts {
  return { next, lost, repeated, reordered };
}

function tallied(first: number, seqs: readonly number[]): Counts {
  const tally = new SequenceTally(first);
  for (const seq of seqs) tally.add(seq);
  return countsOf(tally);
}

/** The same counts from a set of all that came: no ranges, nothing forgotten. */
function modelled(first: number, seqs: readonly number[]): Counts {
  const came = new Set<number>();
  let next = first;
  let repeated = 0;
  let reordered = 0;
  for (const seq of seqs) {
    if (seq < first || came.has(seq)) repeated++;
    else if (seq < next) reordered++;
    if (seq >= first) came.add(seq);
    next = Math.max(next, seq + 1);
  }
  return { next, lost: next - first - came.size, repeated, reordered };
}

describe('from seq 10 on', () => {
  test.each([
    { of: 'nothing yet', seqs: [], counts: [10, 0, 0, 0] },
    { of: 'all in order', seqs: [10, 11, 12], counts: [13, 0, 0, 0] },
    { of: 'one missing', seqs: [10, 12], counts: [13, 1, 0, 0] },
    { of: 'the first ones missing', seqs: [13], counts: [14, 3, 0, 0] },
    { of: 'two gaps', seqs: [10, 12, 15], counts: [16, 3, 0, 0] },
    { of: 'the last one twice', seqs: [10, 10], counts: [11, 0, 1, 0] },
    { of: 'an earlier one twice', seqs: [10, 11, 12, 10], counts: [13, 0, 1, 0] },
    { of: 'two that changed places', seqs: [11, 10, 12], counts: [13, 0, 0, 1] },
    { of: 'a late one twice', seqs: [11, 10, 10], counts: [12, 0, 1, 1] },
    { of: 'the first of a gap', seqs: [13, 10], counts: [14, 2, 0, 1] },
    { of: 'the middle of a gap', seqs: [13, 11], counts: [14, 2, 0, 1] },
    { of: 'the last of a gap', seqs: [13, 12], counts: [14, 2, 0, 1] },
    { of: 'a gap filled backwards', seqs: [13, 12, 11, 10], counts: [14, 0, 0, 3] },
    { of: 'the one before the first', seqs: [9, 10], counts: [11, 0, 1, 0] },
  ])('$of: $seqs', ({ seqs, counts: [next, lost, repeated, reordered] }) => {
    expect(tallied(10, seqs)).toEqual({ next, lost, repeated, reordered });
  });
});

describe('from seq 10 on, where that is only what came first', () => {
  test.each([
    { of: 'the one before it', seqs: [10, 9], first: 9, counts: [11, 0, 0, 1], headMissing: 0 },
    { of: 'an earlier one', seqs: [10, 7], first: 7, counts: [11, 2, 0, 1], headMissing: 2 },
    { of: 'all before it', seqs: [10, 7, 8, 9], first: 7, counts: [11, 0, 0, 3], headMissing: 0 },
    { of: 'ever earlier ones', seqs: [10, 8, 6, 7, 9], first: 6, counts: [11, 0, 0, 4], headMissing: 0 },
    { of: 'the new first one twice', seqs: [10, 9, 9], first: 9, counts: [11, 0, 1, 1], headMissing: 0 },
  ])('$of: $seqs', ({ seqs, first, counts: [next, lost, repeated, reordered], headMissing }) => {
    const tally = new SequenceTally(10, true);
    for (const seq of seqs) tally.add(seq);
    expect(countsOf(tally)).toEqual({ next, lost, repeated, reordered });
    expect(tally).toMatchObject({ first, headMissing, firstMissing: headMissing > 0 ? 8 : 11 });
  });
});

describe('what is missing behind a start that was found late', () => {
  /** What is told of these while they come, and at the end. */
  function told(...seqs: number[]): string[][] {
    const tally = new SequenceTally(10, true);
    const texts = () => tally.findings.take().map(({ kind, from, to }) => `${kind} ${from}-${to}`);
    for (const seq of seqs) tally.add(seq);
    const soFar = texts();
    tally.end();
    return [soFar, texts()];
  }

  test('may still come, and is lost only if it has not at the end', () => {
    expect(told(10, 6, 7, 8, 9)).toEqual([[], ['reordered 6-9']]);
    expect(told(10, 6, 8)).toEqual([['reordered 6-6'], ['reordered 8-8', 'lost 7-7', 'lost 9-9']]);
    expect(told(10, 13, 9)).toEqual([['lost 11-12'], ['reordered 9-9']]);
  });
});

describe('any order', () => {
  const first = fc.constantFrom(0, 20, 2 ** 32 - 20, LAST_SEQ - 40);
  const steps = fc.array(fc.integer({ min: -3, max: 40 }), { maxLength: 60 });
  const input = fc.tuple(first, steps).map(([from, offsets]) => ({
    from,
    seqs: offsets.map((offset) => Math.max(0, from + offset)),
  }));

  test('counts as a set of all that came does, after every message', () => {
    fc.assert(
      fc.property(input, ({ from, seqs }) => {
        const tally = new SequenceTally(from);
        for (const [index, seq] of seqs.entries()) {
          tally.add(seq);
          expect(countsOf(tally)).toEqual(modelled(from, seqs.slice(0, index + 1)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of all messages once loses and repeats nothing', () => {
    const all = Array.from({ length: 30 }, (_, seq) => seq);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (seqs) => {
        expect(tallied(0, seqs)).toMatchObject({ next: 30, lost: 0, repeated: 0 });
      }),
      { numRuns: 100 },
    );
  });
});

test('a jump over the whole stream is counted exactly', () => {
  expect(tallied(0, [LAST_SEQ])).toEqual({ next: LAST_SEQ + 1, lost: LAST_SEQ, repeated: 0, reordered: 0 });
  expect(tallied(0, [LAST_SEQ, 2 ** 32])).toMatchObject({ lost: LAST_SEQ - 1, reordered: 1 });
});

describe('beyond 10,000 gaps', () => {
  /** Every other seq is missing: gap n is seq 2n alone. */
  function withGaps(count: number): SequenceTally {
    const tally = new SequenceTally(0);
    for (let gap = 0; gap < count; gap++) tally.add(2 * gap + 1);
    return tally;
  }

  test('the oldest is forgotten: what fills it is a repeat, and it stays lost', () => {
    const tally = withGaps(10_001);
    tally.add(0);
    expect(countsOf(tally)).toEqual({ next: 20_002, lost: 10_001, repeated: 1, reordered: 0 });
  });

  test('the one after it is still known', () => {
    const tally = withGaps(10_001);
    tally.add(2);
    expect(countsOf(tally)).toEqual({ next: 20_002, lost: 10_000, repeated: 0, reordered: 1 });
  });

  test('up to them, none is forgotten', () => {
    const tally = withGaps(10_000);
    tally.add(0);
    expect(countsOf(tally)).toEqual({ next: 20_000, lost: 9999, repeated: 0, reordered: 1 });
  });
});

test('a gap that is split over and over makes no more gaps than the limit', () => {
  const tally = new SequenceTally(0);
  tally.add(30_001);
  for (let seq = 1; seq < 30_000; seq += 2) tally.add(seq);
  const { reordered } = tally;
  tally.add(0); // its gap was the oldest, and is forgotten
  expect([tally.reordered, tally.repeated]).toEqual([reordered, 1]);
});
