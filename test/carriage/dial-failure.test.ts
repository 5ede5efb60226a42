import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { failureOf, problem, refusal, retryAfter } from '../../src/carriage/dial-failure.ts';

const failed = (code: string, message: string) => Object.assign(new Error(message), { code });
const NOW_MS = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('what went wrong before there was an answer', () => {
  test.each([
    [
      'ws://nosuch.invalid/users',
      'ENOTFOUND',
      'getaddrinfo ENOTFOUND',
      'name',
      'there is no host "nosuch.invalid"',
    ],
    [
      'ws://other.invalid/',
      'EAI_AGAIN',
      'getaddrinfo EAI_AGAIN',
      'name',
      `the host "other.invalid" can't be looked up`,
    ],
    [
      'wss://127.0.0.1:8000/users?token=secret123',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      '80FC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
      'scheme',
      'the server does not speak TLS: its address may be ws://127.0.0.1:8000',
    ],
    [
      'wss://h/',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'self-signed certificate',
      'certificate',
      'self-signed certificate',
    ],
    [
      'https://127.0.0.1:8000/users',
      'EPROTO',
      'write EPROTO 80FC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
      'scheme',
      'the server does not speak TLS: its address may be http://127.0.0.1:8000',
    ],
    ['ws://h/', 'ECONNREFUSED', 'connect ECONNREFUSED', undefined, 'connect ECONNREFUSED'],
    ['wss://h/', 'ECONNRESET', 'socket hang up', undefined, 'socket hang up'],
  ])('%s: %s', (url, code, message, cause, reason) => {
    expect(failureOf(failed(code, message), url)).toEqual({
      status: undefined,
      reason,
      ...(cause === undefined ? {} : { cause }),
    });
  });
});

describe('an answer in place of a WebSocket', () => {
  const answer = (status: number, headers: IncomingHttpHeaders, text = '') =>
    refusal(status, headers, text, 'ws://h:80/users', NOW_MS);

  test('is told with its text', () => {
    expect(answer(403, {}, 'no').reason).toBe('h answers /users with HTTP 403: no');
    expect(answer(403, {}).reason).toBe('h answers /users with HTTP 403');
  });

  test('that is a problem is told with its detail, or else its title', () => {
    const type = { 'content-type': 'application/problem+json; charset=utf-8' };
    expect(answer(404, type, '{"detail":"no such stream","title":"x"}').reason).toMatch(
      /HTTP 404: no such stream$/,
    );
    expect(answer(404, type, '{"title":"Not Found"}').reason).toMatch(/HTTP 404: Not Found$/);
    expect(answer(404, type, '{"detail":').reason).toMatch(/HTTP 404: \{"detail":$/);
    expect(answer(404, type, 'null').reason).toMatch(/HTTP 404: null$/);
    expect(problem(type, '{"detail":"over","close_code":4410}')).toEqual({ detail: 'over', closeCode: 4410 });
    expect(problem({}, '{"detail":"over"}')).toBeUndefined();
  });

  test('over the other carriage is told with its scheme', () => {
    expect(answer(200, { 'content-type': 'text/event-stream' }).reason).toBe(
      'h answers /users with HTTP 200; it is no WebSocket: its address may be http://h/users',
    );
    const { reason } = refusal(426, {}, '', 'https://h/socket', NOW_MS);
    expect(reason).toBe(
      'h answers /socket with HTTP 426; it wants a WebSocket: its address may be wss://h/socket',
    );
  });

  test('that redirects is told with its address', () => {
    expect(answer(307, { location: 'wss://other/users' }, 'moved').reason).toBe(
      'h answers /users with HTTP 307: it redirects to wss://other/users',
    );
  });

  test('of a port that wants TLS names the other scheme', () => {
    expect(answer(400, {}, 'The plain HTTP request was sent to HTTPS port')).toMatchObject({
      cause: 'scheme',
      reason: 'the server speaks TLS: its address may be wss://h',
    });
  });
});

describe('Retry-After', () => {
  test.each([
    ['3', 3000],
    ['0', 0],
    [' 120 ', 120_000],
    ['Thu, 01 Jan 2026 12:00:10 GMT', 10_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['3.5', undefined],
    ['', undefined],
  ])('"%s" is %s', (text, ms) => {
    expect(retryAfter({ 'retry-after': text }, NOW_MS)).toBe(ms);
  });

  test('a date counts from the date of the answer, whatever our clock says', () => {
    const headers = { date: 'Thu, 01 Jan 2026 12:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 12:00:10 GMT' };
    expect(retryAfter(headers, 0)).toBe(10_000);
  });

  test('without one there is none', () => {
    expect(retryAfter({}, NOW_MS)).toBeUndefined();
  });
});
