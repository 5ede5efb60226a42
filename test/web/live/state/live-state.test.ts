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
    const state = folded(
      opening({ seconds }),
      second(3, { streams: [streamMoment({ blocks: 5, mismatched: 1 })] }),
    );
    expect(state.history).toHaveLength(3);
    expect(state.proof).toEqual({ sinceMs: START_MS, verified: 8, wrong: 1 });
    expect(glanceAt(state)).toMatchObject({
      ...{ messagesPerSecond: 10, clients: 1, verified: 8, wrong: 1, streams: 1 },
      block: { stream: 'users?seed=1', median: 400, p99: 410 },
    });
  });

  test('what lies before the window is forgotten, and counted all the same', () => {
    const state = folded(opening(), ...Array.from({ length: 400 }, (_, i) => second(i + 1)));
    expect(state.history).toHaveLength(300);
    expect(state.proof.verified).toBe(800);
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
    expect(state.proof.verified).toBe(6);
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
    expect(state.proof.verified).toBe(8);
    expect(state.marks.map(({ kind }) => kind)).toEqual(['resume', 'started']);
    expect(state.left).toHaveLength(1);
    expect([state.server?.version, state.pageVersion]).toEqual(['1.1.0', '1.0.0']);
  });
});
