import { describe, expect, test } from 'vitest';
import type { LiveLine } from '../../../../src/server/live/live-line.ts';
import { glanceAt } from '../../../../web/live/state/glance.ts';
import { foldLine, type LiveState, NOTHING_KNOWN } from '../../../../web/live/state/live-state.ts';
import { opening, presence, START_MS, second, streamMoment } from '../lines.ts';

const folded = (...lines: readonly LiveLine[]): LiveState => lines.reduce(foldLine, NOTHING_KNOWN);

const feed = (number: number) => [
  {
    at_ms: START_MS + number * 1000,
    client: 'alice',
    kind: 'message',
    text: `said ${number}`,
    verified: null,
  } as const,
];

describe('over one connection', () => {
  test('seconds are counted once each', () => {
    const { seconds } = { seconds: [second(1), second(2)] };
    const state = folded(opening({ seconds, verified: 900 }), second(3, { verified: 903, mismatched: 1 }));
    expect(state.history).toHaveLength(3);
    expect(glanceAt(state)).toMatchObject({
      ...{ messagesPerSecond: 10, clients: 1, streams: 1 },
      receipts: { verified: 903, mismatched: 1 },
      block: { stream: 'users?seed=1', median: 400, p99: 410 },
    });
  });

  test('what lies before the window is forgotten', () => {
    const state = folded(opening(), ...Array.from({ length: 400 }, (_, i) => second(i + 1)));
    expect(state.history).toHaveLength(300);
  });

  test('lines are numbered, the newest first, and those that were omitted count', () => {
    const state = folded(opening({ feed: feed(0) }), second(1, { feed: feed(1), feed_omitted: 7 }));
    expect(state.said.lines.map(({ id, text, omitted }) => [id, text, omitted])).toEqual([
      [3, 'said 1', 0],
      [2, '', 7],
      [1, 'said 0', 0],
    ]);
    expect(state.said.total).toBe(9);
  });
});

describe('blocks are those of the server since it began', () => {
  test('also where the page was opened long after', () => {
    expect(glanceAt(folded(opening({ verified: 9000, mismatched: 94 })))).toMatchObject({
      receipts: { verified: 9000, mismatched: 94 },
    });
  });

  test('and none before anything is known', () => {
    expect(glanceAt(NOTHING_KNOWN).receipts).toBeNull();
  });
});

describe('block times are of the stream with the most blocks', () => {
  const moments = (a: number, b: number) => [
    streamMoment({ stream: 'b', blocks: b, block_ms: b === 0 ? null : { median: 2, p99: 3 } }),
    streamMoment({ stream: 'a', blocks: a, block_ms: a === 0 ? null : { median: 400, p99: 410 } }),
  ];
  const shown = (...blocks: readonly (readonly [number, number])[]) =>
    glanceAt(folded(opening(), ...blocks.map(([a, b], i) => second(i + 1, { streams: moments(a, b) }))))
      .block;

  test('in the whole window, not in the last second', () => {
    expect(shown([19, 2], [0, 2], [1, 4], [0, 3])).toEqual({ stream: 'a', median: 400, p99: 410 });
  });

  test('and of equals the first by name', () => {
    expect(shown([2, 2])?.stream).toBe('a');
    expect(shown([2, 0], [0, 2])?.stream).toBe('a');
  });

  test('that had one lately', () => {
    const silent = Array.from({ length: 40 }, () => [0, 1] as const);
    expect(shown([99, 1], ...silent)?.stream).toBe('b');
  });
});

describe('over several connections', () => {
  const left = {
    ...presence({ name: 'bob' }),
    reason: 'left',
    left: new Date(START_MS + 1500).toISOString(),
  } as const;
  const mark = { at_ms: START_MS + 1500, kind: 'resume', client: 'bob', text: 'goes on from 7' } as const;
  const before = [
    opening(),
    second(1),
    second(2, { marks: [{ ...mark }], left: [left], feed: feed(2) }),
  ] as const;

  test('what the same server says again is not taken twice, and what was missed is', () => {
    const again = opening({
      ...{ seconds: [second(1), second(2), second(3)], marks: [mark], left: [left] },
      feed: [...feed(2), ...feed(3)],
    });
    const state = folded(...before, again);
    expect(state.history).toHaveLength(3);
    expect(state.marks).toHaveLength(1);
    expect(state.left).toHaveLength(1);
    expect(state.said.lines.map(({ text }) => text)).toEqual(['said 3', 'said 2']);
  });

  test('a server that was started again goes on with the history of the one before', () => {
    const again = opening({
      ...{ started: new Date(START_MS + 5000).toISOString(), version: '1.1.0', seconds: [second(6)] },
      marks: [{ at_ms: START_MS + 5000, kind: 'started', client: null, text: 'the server was started' }],
    });
    const state = folded(...before, again, second(7));
    expect(state.history.map(({ at_ms }) => (at_ms - START_MS) / 1000)).toEqual([1, 2, 6, 7]);
    expect(state.receipts).toEqual({ verified: 2, mismatched: 0 });
    expect(state.marks.map(({ kind }) => kind)).toEqual(['resume', 'started']);
    expect(state.left).toHaveLength(1);
    expect([state.server?.version, state.pageVersion]).toEqual(['1.1.0', '1.0.0']);
  });
});

test('a second says whose part it is without, and the next one that nobody is missing', () => {
  const partial = foldLine(NOTHING_KNOWN, second(1, { missing: ['2'] }));
  expect(partial.missing).toEqual(['2']);
  expect(foldLine(partial, second(2)).missing).toEqual([]);
});
