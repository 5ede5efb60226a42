import { describe, expect, test } from 'vitest';
import type { Presence } from '../../../src/server/clients/presence.ts';
import type { StreamTaken } from '../../../src/server/clients/stream-counts.ts';
import { openingOf, secondOf } from '../../../src/server/cluster/live-lines.ts';
import type { LatelyHere } from '../../../src/server/cluster/question.ts';
import type { TakenBefore, TakenSecond } from '../../../src/server/live/pulse.ts';

const PRESENCE: Presence = {
  ...{ name: 'alice', stream: 'users?seed=7', carriage: 'websocket', from: 0, cursor: 20, rate: 10 },
  ...{ blocks: 3, verified: 2, mismatched: 0, lag_ms: 0, last_block_ms: 401.213, late_ms: 0.4 },
  ...{ address: '127.0.0.1:40000', since: '2026-01-02T03:04:05.678Z' },
};
const member = (worker: number) => ({ id: String(worker), worker });
const stream = (messages: number, clients = 1, rest: Partial<StreamTaken> = {}): StreamTaken => ({
  ...{ stream: 'users?seed=7', clients, messages, bytes: messages, blocks: 0, mismatched: 0, times: [] },
  ...rest,
});
const second = (number: number, ...streams: StreamTaken[]): TakenSecond => ({
  ...{ number, at_ms: number * 1000, interval_ms: 1000, streams },
  clients: streams.reduce((sum, { clients }) => sum + clients, 0),
});
const lately = (...seconds: TakenSecond[]): LatelyHere => ({
  ...{ seconds, verified: 1, mismatched: 0, happened: [], left: [], roster: [] },
});
const round = <Answer>(...answers: Answer[]) => ({
  answers: answers.map((answer, index) => ({ member: member(index + 1), answer })),
  missing: [],
});
const nobody = () => 0;

describe('a second of two members', () => {
  test('is the sum of what both counted', () => {
    const merged = secondOf(round(lately(second(7, stream(10))), lately(second(7, stream(5, 2)))), nobody);
    expect(merged).toMatchObject({ clients: 3, verified: 2, at_ms: 7000 });
    expect(merged.streams).toMatchObject([{ stream: 'users?seed=7', clients: 3, messages: 15 }]);
    expect(merged.missing).toBeUndefined();
  });

  test('has the clients of a member that has no new second, and all that happened in two of another', () => {
    const both = lately(second(7, stream(10)), second(8, stream(10)));
    const merged = secondOf(round(lately(second(8, stream(1))), both, lately()), () => 4);
    expect(merged.clients).toBe(1 + 1 + 4);
    expect(merged.streams).toMatchObject([{ clients: 2, messages: 21 }]);
  });

  test('has quantiles of all blocks together', () => {
    const fast = stream(1, 1, { times: [100, 98] });
    const slow = stream(1, 1, { times: [500, 2] });
    const alone = secondOf(round(lately(second(7, fast))), nobody).streams[0]?.block_ms;
    const merged = secondOf(round(lately(second(7, fast)), lately(second(7, slow))), nobody);
    const [{ block_ms }] = merged.streams as [(typeof merged.streams)[number]];
    expect(block_ms?.median).toBe(alone?.median);
    expect(block_ms?.p99).toBeGreaterThan(10 * (alone?.p99 ?? 0));
  });

  test('counts no more streams by themselves than one member does', () => {
    const streams = (from: number) =>
      Array.from({ length: 12 }, (_, i) => stream(1, 1, { stream: `users?seed=${from + i}` }));
    const merged = secondOf(
      round(lately(second(7, ...streams(0))), lately(second(7, ...streams(6)))),
      nobody,
    );
    expect(merged.streams).toHaveLength(13);
    expect(merged.streams.at(-1)).toMatchObject({ stream: 'users…', clients: 6, messages: 6 });
  });

  test('lists clients in the order in which they came, with their workers', () => {
    const late = { ...lately(second(7)), roster: [{ ...PRESENCE, since: '2026-01-02T03:04:06.000Z' }] };
    const early = { ...lately(second(7)), roster: [{ ...PRESENCE, name: 'bob' }] };
    expect(secondOf(round(late, early), nobody).roster.map(({ name }) => name)).toEqual(['bob', 'alice']);
    expect(secondOf(round(late, early), nobody).roster).toMatchObject([{ worker: 2 }, { worker: 1 }]);
  });

  test('says whose part it is without', () => {
    const merged = secondOf({ ...round(lately(second(7))), missing: ['2'] }, nobody);
    expect(merged.missing).toEqual(['2']);
  });
});

describe('what has been at two members', () => {
  const before = (started: string, ...seconds: TakenSecond[]): TakenBefore => ({
    ...{ started, seconds, verified: 1, mismatched: 0, marks: [], feed: [], left: [] },
  });

  test('is added up second by second, up to the one that was told last', () => {
    const opening = openingOf(
      round(
        before('2026-01-02T03:04:06.000Z', second(8, stream(2)), second(9, stream(3))),
        before('2026-01-02T03:04:05.000Z', second(7, stream(10)), second(8, stream(20))),
      ),
      8,
    );
    expect(opening).toMatchObject({ started: '2026-01-02T03:04:05.000Z', verified: 2 });
    expect(opening.seconds.map(({ at_ms, streams }) => [at_ms, streams[0]?.messages])).toEqual([
      [7000, 10],
      [8000, 22],
    ]);
  });
});
