import { describe, expect, test } from 'vitest';
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
    counts.ofStream('bytes?size=100&seed=7').wrote(3, 300, 2);
    counts.ofStream('users?seed=1').wrote(1, 200, undefined);
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
    counts.ofStream('constructor?seed=1').wrote(1, 1, 1);
    counts.joined('http', true);
    expect(named()).toEqual(before);
    expect(counts.refusals).toMatchObject({ bad_request: 1, unauthorised: 1, other: 3 });
    expect([counts.resumes, counts.connections]).toEqual([1, { websocket: 0, http: 1 }]);
  });
});
