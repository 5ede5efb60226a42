import { expect, test } from 'vitest';
import { liveAddress } from '../../../src/cli/top/live-address.ts';

test.each([
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/live'],
  ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/live'],
  ['http://127.0.0.1:8000/live', 'http://127.0.0.1:8000/live'],
  ['ws://[::1]:8000', 'http://[::1]:8000/live'],
  ['wss://feeds.example.org/below', 'https://feeds.example.org/below/live'],
  ['https://feeds.example.org/below/', 'https://feeds.example.org/below/live'],
])('the server at %s tells at %s', (given, url) => {
  expect(liveAddress(given, undefined).url).toBe(url);
});

test('secrets of an address are sent, and not shown', () => {
  const token = liveAddress('http://127.0.0.1:8000?access_token=hidden', undefined);
  expect(token).toMatchObject({ authorization: 'Bearer hidden', secrets: ['hidden'] });
  const user = liveAddress('https://me:hidden@example.org', undefined);
  expect(user).toMatchObject({ authorization: `Basic ${btoa('me:hidden')}` });
  expect(user.secrets).toContain('hidden');
  for (const { shown, url } of [token, user]) expect(shown + url).not.toContain('hidden');
  expect(liveAddress('http://me:hidden@example.org', 'mine').authorization).toBe('Bearer mine');
});

test.each(['127.0.0.1:8000', 'ftp://127.0.0.1', 'http://127.0.0.1/users?seed=7', 'http://127.0.0.1/#a'])(
  '%s is no address of a server',
  (given) => {
    expect(() => liveAddress(given, undefined)).toThrow(
      /^url must be the http:\/\/, https:\/\/, ws:\/\/ or wss:\/\/ address of a server, without a stream, got "/,
    );
  },
);
