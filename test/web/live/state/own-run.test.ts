import { expect, test } from 'vitest';
import type { BlockEvent, ClientEvent, EndEvent } from '../../../../src/client/run/client-event.ts';
import { foldEvent, NO_RUN, type OwnRun } from '../../../../web/live/state/own-run.ts';
import { verdictText } from '../../../../web/live/state/own-verdict.ts';

const client = 'tab-1';
const block = (number: number): BlockEvent => ({
  ...{
    event: 'block',
    client,
    block: number,
    from: number * 5 - 5,
    to: number * 5 - 1,
    count: 5,
    bytes: 1500,
  },
  ...{ elapsed_ms: 400.125, interval_ms: null, crc32: '0badcafe', interrupted: false, partial: false },
});
const timed = (number: number): ClientEvent => ({
  ...{
    event: 'timed',
    client,
    block: number,
    latency_ms: 1.5,
    latency_from_send_ms: null,
    clock_error_ms: 0.1,
  },
});
const end = (rest: Partial<EndEvent>): EndEvent => ({
  ...{
    event: 'end',
    client,
    verdict: 'interrupted',
    messages: 10,
    expected: 10,
    assumed_from: null,
    from: null,
  },
  ...{
    tail_known: false,
    checked: true,
    not_come: null,
    lost: 0,
    repeated: 0,
    reordered: 0,
    corrupt: 0,
    foreign: 0,
  },
  ...{ resembles: null, resumes: 1, blocks: 2, unverified_blocks: 0, duration_ms: 1000, error: null },
  ...rest,
});
const begun: OwnRun = { ...NO_RUN, client };
const folded = (...events: readonly ClientEvent[]): OwnRun => events.reduce(foldEvent, begun);
const verdicts = ({ blocks }: OwnRun) => blocks.map((each) => [each.block, each.verdict]);

test('a block is shown with its sentence, and waits for its verdict', () => {
  const run = folded(block(1));
  expect(run.blocks[0]).toMatchObject({
    sentence: 'Client tab-1 received 1 block in 400.125 ms time',
    ...{ from: 0, to: 4, verdict: 'waiting', lateMs: null },
  });
  expect(run.messages).toBe(5);
});

test('an answer speaks for all blocks before it, except those that were wrong', () => {
  const mismatch = { event: 'mismatch', client, block: 2, from: 5, to: 9, reason: 'crc32' } as const;
  const run = folded(block(1), block(2), block(3), mismatch, timed(3), block(4));
  expect(verdicts(run)).toEqual([
    [4, 'waiting'],
    [3, 'verified'],
    [2, 'wrong'],
    [1, 'verified'],
  ]);
  expect([run.verified, run.wrong, run.blocks[1]?.lateMs]).toEqual([2, 1, 1.5]);
});

test('a run that loses its server says so, and goes on', () => {
  const lost = {
    event: 'disconnected',
    client,
    code: 1006,
    reason: 'the connection broke',
    retry_ms: 100,
  } as const;
  const away = folded(block(1), lost);
  expect([away.phase, away.reason]).toEqual(['away', 'the connection broke']);
  const back = foldEvent(away, { event: 'resumed', client, from: 5, after_ms: 900 });
  expect([back.phase, back.resumes, back.messages]).toEqual(['taking', 1, 5]);
});

test('the last word tells what came of all blocks', () => {
  const run = folded(block(1), block(2), end({}));
  expect(verdicts(run).map(([, verdict]) => verdict)).toEqual(['verified', 'verified']);
  expect(verdictText(end({}))).toBe(
    'LEFT after 10 messages, lost 0, repeated 0, reordered 0, corrupt 0, 1 resume; all 2 blocks verified.',
  );
  expect(verdictText(end({ verdict: 'failed', unverified_blocks: 1, error: 'the name is in use' }))).toBe(
    'FAILED after 10 messages, lost 0, repeated 0, reordered 0, corrupt 0, 1 resume; 1 of 2 blocks not verified: the name is in use.',
  );
});
