import { describe, expect, test } from 'vitest';
import { OriginCheck } from '../../../src/server/door/origin-check.ts';

const LOOPBACK = '127.0.0.1';
const PUBLIC = '0.0.0.0';

const admits = (listening: string, headers: Record<string, string>, allowed: string[] = []) =>
  new OriginCheck(allowed, listening).fault({ headers }) === undefined;

describe('an origin', () => {
  test.each([
    ['none', LOOPBACK, {}],
    ['none, on a public address', PUBLIC, { host: 'feed.example' }],
    ['the own host', PUBLIC, { origin: 'http://feed.example:8000', host: 'feed.example:8000' }],
    ['the own host, in capitals', PUBLIC, { origin: 'http://feed.example:8000', host: 'FEED.example:8000' }],
    ['the own host, at the port of http', PUBLIC, { origin: 'http://feed.example', host: 'feed.example' }],
    [
      'the own host, its port spelled out',
      PUBLIC,
      { origin: 'https://feed.example', host: 'feed.example:443' },
    ],
    ['the own address', PUBLIC, { origin: 'http://[2001:db8::1]:8000', host: '[2001:db8::1]:8000' }],
    ['localhost', LOOPBACK, { origin: 'http://localhost:3000', host: '127.0.0.1:8000' }],
    ['localhost over https', '::1', { origin: 'https://localhost', host: '127.0.0.1:8000' }],
    ['another loopback address', 'localhost', { origin: 'http://127.9.9.9:1', host: 'localhost:8000' }],
    ['loopback of IPv6', LOOPBACK, { origin: 'http://[::1]:9', host: '127.0.0.1:8000' }],
  ])('%s may connect', (_, listening, headers) => {
    expect(admits(listening, headers)).toBe(true);
  });

  test.each([
    ['another host', LOOPBACK, { origin: 'http://evil.example', host: '127.0.0.1:8000' }],
    ['another port', PUBLIC, { origin: 'http://feed.example:8001', host: 'feed.example:8000' }],
    ['https with the port of http', PUBLIC, { origin: 'https://feed.example', host: 'feed.example:80' }],
    ['a longer name', LOOPBACK, { origin: 'http://localhost.evil.example', host: '127.0.0.1:8000' }],
    ['a name that begins like an address', LOOPBACK, { origin: 'http://127.0.0.1.evil.example', host: 'x' }],
    ['localhost on a public address', PUBLIC, { origin: 'http://localhost:3000', host: 'feed.example' }],
    ['null', LOOPBACK, { origin: 'null', host: '127.0.0.1:8000' }],
    ['nothing', LOOPBACK, { origin: '', host: '' }],
    ['a file', LOOPBACK, { origin: 'file://', host: '127.0.0.1:8000' }],
    ['an extension', LOOPBACK, { origin: 'chrome-extension://localhost', host: '127.0.0.1:8000' }],
    ['two', LOOPBACK, { origin: 'http://localhost, http://evil.example', host: '127.0.0.1:8000' }],
    ['one with a user', LOOPBACK, { origin: 'http://evil.example@localhost/', host: '127.0.0.1:8000' }],
    ['one with a path', LOOPBACK, { origin: 'http://localhost/evil', host: '127.0.0.1:8000' }],
    ['that of an old draft', LOOPBACK, { 'sec-websocket-origin': 'http://evil.example', host: 'x' }],
    ['one with a Host that is none', PUBLIC, { origin: 'http://evil.example', host: 'x@evil.example' }],
  ])('%s may not', (_, listening, headers) => {
    expect(admits(listening, headers)).toBe(false);
  });

  test('of the list may connect, letter for letter but for capitals', () => {
    const allowed = ['https://Example.org', 'null', 'chrome-extension://abcdef'];
    for (const origin of ['https://example.org', 'null', 'chrome-extension://abcdef'])
      expect(admits(PUBLIC, { origin }, allowed), origin).toBe(true);
    for (const origin of [
      'http://example.org',
      'https://example.org:8443',
      'https://a.example.org',
      'https://example.or',
    ])
      expect(admits(PUBLIC, { origin }, allowed), origin).toBe(false);
  });

  test.each(['example.org', 'https://example.org/', 'https://example.org/path', '*', ''])(
    '%j is no origin',
    (origin) => {
      expect(() => new OriginCheck([origin], PUBLIC)).toThrow(
        /^allowOrigins must be one as browsers send it/,
      );
    },
  );

  test('is shown shortened', () => {
    const origin = `http://${'x'.repeat(1000)}`;
    expect(new OriginCheck([], PUBLIC).fault({ headers: { origin } })?.length).toBeLessThan(200);
  });
});
