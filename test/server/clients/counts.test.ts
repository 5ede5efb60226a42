import { describe, expect, test } from 'vitest';
import { quantileMs, type TimeBuckets } from '../../../src/server/clients/block-times.ts';
import { Buckets } from '../../../src/server/clients/buckets.ts';
import { Counts } from '../../../src/server/clients/counts.ts';

describe('buckets', () => {
  test('count what was at most each bound, the bound itself included, and all', () => {
    const buckets = new Buckets([0.1, 1]);
    for (const value of [0, 0.1, 0.5, 1, 1.5, 1000]) buckets.observe(value);
    expect(buckets.cumulative).toEqual([2, 4, 6]);
    expect(buckets.sum).toBeCloseTo(1003.1);
  });
});

describe('counts', () => {
  test('are of the kind that a stream is of', () => {
    const counts = new Counts();
    counts.entered('bytes?size=100&seed=7').wrote(3, 300, 2);
    counts.entered('users?seed=1').wrote(1, 200, undefined);
    const { bytes, users, arrays } = counts.kinds;
    expect([bytes.messages, bytes.bytes, users.messages, arrays.messages]).toEqual([3, 300, 1, 0]);
    expect([bytes.latenessSeconds.cumulative.at(-1), users.latenessSeconds.cumulative.at(-1)]).toEqual([
      1, 0,
    ]);
  });

  test('take the time of blocks that were right and whole', () => {
    const { users } = new Counts().kinds;
    users.checked(true, { interrupted: false, elapsed_ms: 250 });
    users.checked(true, { interrupted: true, elapsed_ms: 90_000 });
    users.checked(false, { interrupted: false, elapsed_ms: 1 });
    expect([users.verified, users.mismatched, users.blockSeconds.sum]).toEqual([2, 1, 0.25]);
  });

  test('are as many, whatever happens', () => {
    const counts = new Counts();
    const named = () => [
      Object.keys(counts.refusals),
      Object.keys(counts.kinds),
      Object.keys(counts.connections),
    ];
    const before = named();
    for (const status of [400, 401, 418, 599, Number.NaN]) counts.refused(status);
    counts.entered('constructor?seed=1').wrote(1, 1, 1);
    counts.joined('http', true);
    expect(named()).toEqual(before);
    expect(counts.refusals).toMatchObject({ bad_request: 1, unauthorised: 1, other: 3 });
    expect([counts.resumes, counts.connections]).toEqual([1, { websocket: 0, http: 1 }]);
  });
});

describe('the counts of streams', () => {
  const quantile = (times: TimeBuckets = [], share = 0.5) => quantileMs(times, share) ?? Number.NaN;
  const whole = (elapsed_ms: number) => ({ interrupted: false, elapsed_ms });

  test('are what happened since they were last taken, and add to the totals of their kind', () => {
    const counts = new Counts();
    const alice = counts.entered('users?seed=7');
    const bob = counts.entered('users?seed=7');
    alice.wrote(2, 500, undefined);
    bob.wrote(1, 250, 3);
    alice.checked(true, whole(100));
    bob.checked(false, whole(1));
    bob.checked(true, { interrupted: true, elapsed_ms: 90_000 });
    const [taken, ...others] = counts.takeStreams();
    expect(others).toEqual([]);
    expect(taken).toMatchObject({
      ...{ stream: 'users?seed=7', clients: 2, messages: 3, bytes: 750, blocks: 3, mismatched: 1 },
    });
    expect(quantile(taken?.times)).toBeCloseTo(100, -1);
    expect(counts.takeStreams()).toEqual([
      { stream: 'users?seed=7', clients: 2, messages: 0, bytes: 0, blocks: 0, mismatched: 0, times: [] },
    ]);
    expect([counts.kinds.users.messages, counts.kinds.users.verified]).toEqual([3, 2]);
  });

  test('are forgotten with the last client, once what it did has been told', () => {
    const counts = new Counts();
    const alice = counts.entered('users?seed=7');
    alice.wrote(1, 10, undefined);
    alice.clients--;
    expect(counts.takeStreams()).toMatchObject([{ stream: 'users?seed=7', clients: 0, messages: 1 }]);
    expect(counts.takeStreams()).toEqual([]);
  });

  test('are at most twelve, and one a kind for all others, whatever clients ask for', () => {
    const counts = new Counts();
    for (let seed = 0; seed < 100; seed++) {
      counts.entered(`users?seed=${seed}`).wrote(1, 10, undefined);
      counts.entered(`bytes?seed=${seed}&size=9`).wrote(1, 9, undefined);
    }
    const taken = counts.takeStreams();
    expect(taken).toHaveLength(14);
    expect(taken.slice(12).map(({ stream, clients, messages }) => [stream, clients, messages])).toEqual([
      ['users…', 94, 94],
      ['bytes…', 94, 94],
    ]);
  });

  test('say what share of blocks took how long, within 1 %', () => {
    const counts = new Counts();
    const alice = counts.entered('users?seed=7');
    for (let ms = 1; ms <= 1000; ms++) alice.checked(true, whole(ms));
    const [taken] = counts.takeStreams();
    expect(Math.abs(quantile(taken?.times) / 500 - 1)).toBeLessThan(0.011);
    expect(Math.abs(quantile(taken?.times, 0.99) / 990 - 1)).toBeLessThan(0.011);
  });

  test.each([1e12, Number.POSITIVE_INFINITY])('take a block of %d ms', (elapsedMs) => {
    const counts = new Counts();
    counts.entered('users?seed=7').checked(true, whole(elapsedMs));
    const [taken] = counts.takeStreams();
    expect(quantile(taken?.times)).toBeGreaterThan(8e7);
    expect(quantile(taken?.times)).toBeLessThan(1e8);
  });

  test.each([0, -1, 1e-9])('say 0 of a block of %d ms, such as one of a single message', (elapsedMs) => {
    const counts = new Counts();
    const alice = counts.entered('users?seed=7');
    for (let block = 0; block < 90; block++) alice.checked(true, whole(elapsedMs));
    for (let block = 0; block < 10; block++) alice.checked(true, whole(0.001));
    const [taken] = counts.takeStreams();
    expect(quantile(taken?.times)).toBe(0);
    expect(quantile(taken?.times, 0.99)).toBeCloseTo(0.001, 4);
  });
});
