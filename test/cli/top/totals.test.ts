import { expect, test } from 'vitest';
import { totalsByStream, totalsOf } from '../../../src/cli/top/totals.ts';
import { second, stream } from './seen.ts';

const at = (atSeconds: number, ...streams: Parameters<typeof stream>[0][]) =>
  second(atSeconds, [], { streams: streams.map(stream) });

test('rates are those of the last five seconds', () => {
  const seconds = [at(1, { messages: 1000 }), ...[2, 3, 4, 5, 6].map((each) => at(each, {}))];
  expect(totalsOf(seconds)).toMatchObject({
    messagesPerSecond: 10,
    bytesPerSecond: 3000,
    blocksPerSecond: 2,
  });
});

test('seconds from before an outage are not among them', () => {
  expect(totalsOf([at(1, {}), at(2, {}), at(60, { messages: 50 })]).messagesPerSecond).toBe(50);
});

test('wrong blocks are counted as far back as is known', () => {
  expect(totalsOf([at(1, { mismatched: 1 }), at(200, {}, { mismatched: 2 })]).mismatched).toBe(3);
});

test('the time of blocks: each second counts by its blocks', () => {
  const few = (ms: number) => ({ blocks: 1, block_ms: { median: ms, p99: ms } });
  expect(totalsOf([at(1, few(100)), at(2, few(200)), at(3, few(900))]).blockMs).toEqual({
    median: 200,
    p99: 900,
  });
  const many = { blocks: 1000, block_ms: { median: 10, p99: 20 } };
  expect(totalsOf([at(1, many), at(2, many), at(3, few(900))]).blockMs).toEqual({ median: 10, p99: 20 });
  expect(totalsOf([at(1, { blocks: 3, mismatched: 3, block_ms: null })]).blockMs).toBeUndefined();
  expect(totalsOf([])).toMatchObject({ messagesPerSecond: 0, mismatched: 0, blockMs: undefined });
});

test('by stream: those that have clients, the busiest first', () => {
  const bytes = { stream: 'bytes?size=10', messages: 100 };
  const gone = { stream: 'arrays?seed=1', clients: 0, messages: 900 };
  expect(
    totalsByStream([at(1, {}, bytes, gone)]).map(({ stream: name, messagesPerSecond }) => [
      name,
      messagesPerSecond,
    ]),
  ).toEqual([
    ['bytes?size=10', 100],
    ['users?seed=7', 10],
  ]);
});
