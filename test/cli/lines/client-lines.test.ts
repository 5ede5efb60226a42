import { describe, expect, test } from 'vitest';
import { clientLine, verdictLine } from '../../../src/cli/lines/client-lines.ts';
import { faultBody } from '../../../src/cli/lines/server-lines.ts';

const END = {
  verdict: 'proved',
  messages: 100,
  expected: 100,
  assumed_from: null,
  from: null,
  tail_known: true,
  checked: true,
  not_come: null,
  resembles: null,
  lost: 0,
  repeated: 0,
  reordered: 0,
  corrupt: 0,
  foreign: 0,
  resumes: 2,
  blocks: 20,
  unverified_blocks: 0,
  duration_ms: 1,
  error: null,
} as const;

describe('the last line of a run', () => {
  test.each([
    [{}, 'PROVED 100 of 100 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 2'],
    [
      { assumed_from: null, from: 10 },
      'PROVED 100 of 100 messages from seq 10: lost 0, repeated 0, reordered 0, corrupt 0, resumes 2',
    ],
    [
      { verdict: 'failed', messages: 101, repeated: 1, error: 'messages were repeated' },
      'FAILED 100 of 100 messages: lost 0, repeated 1, reordered 0, corrupt 0, resumes 2; messages were repeated',
    ],
    [
      {
        verdict: 'failed',
        messages: 100,
        reordered: 10,
        error: 'messages were lost, repeated or out of order',
      },
      'FAILED 100 of 100 messages: lost 0, repeated 0, reordered 10, corrupt 0, resumes 2',
    ],
    [
      { verdict: 'failed', messages: 0, expected: 5, resumes: 0, error: 'HTTP 401: a \u001b[2Jtoken' },
      'FAILED HTTP 401: a \\u001b[2Jtoken (0 of 5 messages came, resumes 0)',
    ],
    [
      {
        verdict: 'failed',
        messages: 0,
        expected: 0,
        resumes: 0,
        error: 'no host; not tried again',
        advice: 'wait',
      },
      'FAILED no host; not tried again (--wait does) (no message came, resumes 0)',
    ],
    [
      { verdict: 'failed', messages: 0, expected: 0, error: 'no connection for 2 s' },
      'FAILED no connection for 2 s (no message came, resumes 2)',
    ],
    [
      { verdict: 'failed', unverified_blocks: 1, error: 'the server did not verify 1 of 20 blocks' },
      'FAILED the server did not verify 1 of 20 blocks (100 of 100 messages came, resumes 2)',
    ],
    [
      { verdict: 'failed', foreign: 3, error: 'messages came that are none of the stream' },
      'FAILED 100 of 100 messages: lost 0, repeated 0, reordered 0, corrupt 0, foreign 3, resumes 2; messages came that are none of the stream',
    ],
    [
      { verdict: 'interrupted', messages: 97, not_come: { from: 97, to: 99 } },
      'INTERRUPTED 97 of 100 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 2; 3 not yet come: seq 97 to 99',
    ],
    [
      { verdict: 'interrupted', checked: false },
      'INTERRUPTED 100 of 100 messages: what came was not checked; resumes 2',
    ],
    [
      { verdict: 'interrupted', checked: false, messages: 0, expected: 0, resumes: 0 },
      'INTERRUPTED 0 of 0 messages: no message came; resumes 0',
    ],
    [
      {
        verdict: 'failed',
        messages: 99,
        not_come: { from: 99, to: 99 },
        error: 'stalled at seq 99: no message came for 2 s',
      },
      'FAILED stalled at seq 99: no message came for 2 s (99 of 100 messages came, resumes 2; 1 not yet come: seq 99)',
    ],
  ] as const)('%j', (facts, line) => {
    expect(verdictLine({ ...END, ...facts })).toBe(line);
  });

  test('of several clients', () => {
    const line = verdictLine({ ...END, verdict: 'failed', error: 'disk full' }, '1 of 3 clients');
    expect(line).toBe('FAILED 1 of 3 clients, disk full (100 of 100 messages came, resumes 2)');
  });
});

test('a fault on purpose is told with the message that it struck', () => {
  const fault = { event: 'fault', fault: 'drop', connection: 1, message: 10 } as const;
  expect(faultBody(fault)).toBe('chaos: drop on connection 1, at message 10');
});

describe('a line of a run', () => {
  const block = {
    event: 'block',
    block: 1234,
    count: 5,
    bytes: 1527,
    crc32: 'a6c40bf9',
    interrupted: false,
  } as const;
  const timed = { ...block, elapsed_ms: 1.5, interval_ms: null, partial: false };
  test.each([
    [
      { ...timed, from: 20, to: 24 },
      'block 1,234: 5 messages 20 to 24 in 1.500 ms, 1,527 bytes, crc32 a6c40bf9',
    ],
    [
      { ...timed, from: 20, to: 19 },
      'block 1,234: 5 messages, all from before seq 20, in 1.500 ms, 1,527 bytes, crc32 a6c40bf9',
    ],
    [
      { ...timed, from: 20, to: 24, elapsed_ms: 0, interval_ms: 2.5 },
      'block 1,234: 5 messages 20 to 24 in 0.000 ms (one read, 2.500 ms after the block before), 1,527 bytes, crc32 a6c40bf9',
    ],
    [
      { ...timed, from: 20, to: 24, elapsed_ms: 0, interval_ms: 0 },
      'block 1,234: 5 messages 20 to 24 in 0.000 ms (in one read with the block before), 1,527 bytes, crc32 a6c40bf9',
    ],
    [
      { ...timed, from: 20, to: 24, elapsed_ms: 0 },
      'block 1,234: 5 messages 20 to 24 in 0.000 ms (one read), 1,527 bytes, crc32 a6c40bf9',
    ],
    [
      { ...timed, count: 1, from: 20, to: 20, elapsed_ms: 0, interval_ms: 99.75 },
      'block 1,234: 1 message 20 to 20 in 0.000 ms (one message, 99.750 ms after the block before), 1,527 bytes, crc32 a6c40bf9',
    ],
    // What was jumped over may come yet.
    [{ event: 'finding', kind: 'lost', from: 3, to: 4 }, 'WRONG lost so far: 2 messages, seq 3 to 4'],
    [{ event: 'finding', kind: 'reordered', from: 3, to: 3 }, 'WRONG reordered seq 3'],
  ] as const)('%j', (event, line) => {
    expect(clientLine({ client: 'ann', ...event }, 0)).toBe(`00:00:00.000 ${line}`);
  });
});

test('where a run begins is said for sure only where it was given', () => {
  const event = { event: 'connected', client: 'ann', stream: null, stream_id: null, from: 10 } as const;
  const line = (beginIsGiven: boolean) =>
    clientLine({ ...event, rate: null, t0_ms: null }, 0, { verify: 'local', beginIsGiven, overHttp: false });
  expect(line(true)).toMatch(/the run begins at seq 10$/);
  expect(line(false)).toMatch(/the run begins at seq 10, as far as can be told: --from says/);
});

test('over HTTP nothing is said of close codes', () => {
  const ended = {
    event: 'disconnected',
    client: 'ann',
    code: 1000,
    reason: 'the response ended',
    retry_ms: 1000,
  } as const;
  const line = (overHttp: boolean) =>
    clientLine(ended, 0, { verify: 'server', beginIsGiven: false, overHttp });
  expect(line(true)).toContain('the response ended; next attempt in');
  expect(line(false)).toContain('the response ended (1000); next attempt in');
});
