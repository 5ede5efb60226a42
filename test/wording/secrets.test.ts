import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redacted, redactedUrl, takeUserInfo } from '../../src/wording/secrets.ts';

describe('user and password of a URL', () => {
  test.each([
    ['ws://user:s3cret@host:8000/users?seed=7', 'ws://host:8000/users?seed=7', 'user:s3cret'],
    ['wss://user@host/', 'wss://host/', 'user:'],
    ['ws://:s3cret@host/', 'ws://host/', ':s3cret'],
    ['ws://us%40er:p%3Aa%2Fss@host/a', 'ws://host/a', 'us@er:p:a/ss'],
    ['ws://üser:pässwörd@host/a', 'ws://host/a', 'üser:pässwörd'],
    ['ws://user:100%@host/a', 'ws://host/a', 'user:100%'],
    ['ws:user:s3cret@host/a', 'ws://host/a', 'user:s3cret'],
  ])('%s is dialled as %s', (url, target, credentials) => {
    const { target: taken, userInfo } = takeUserInfo(url);
    expect(taken).toBe(target);
    expect(userInfo?.authorization).toBe(`Basic ${Buffer.from(credentials).toString('base64')}`);
  });

  test.each(['ws://host:8000/users?seed=7&at=a@b', 'ws://127.0.0.1:8000', 'no URL@all', ''])(
    '%s has none, and stays as it is to the byte',
    (url) => {
      expect(takeUserInfo(url)).toEqual({ target: url, userInfo: undefined });
    },
  );
});

describe('a URL that is shown', () => {
  test.each([
    ['ws://user:s3cret@host/users', 'ws://…@host/users'],
    ['ws://user:s3/cr?et#@host/users', 'ws://…@host/users'],
    ['ws://user:s3 cret@ho st/users', 'ws://…@ho st/users'],
    ['ws://user:s3cret@host:99999/users', 'ws://…@host:99999/users'],
    ['http://user:s3cret@host/', 'http://…@host/'],
    ['user:s3cret@host', '…@host'],
    ['ws:user:s3cret@host/', 'ws:…@host/'],
    ['ws://host/users?seed=7&access_token=s3cret&rate=5', 'ws://host/users?seed=7&access_token=…&rate=5'],
    ['ws://host:99999/users?%61ccess%5Ftoken=s3cret', 'ws://host:99999/users?%61ccess%5Ftoken=…'],
    ['ws://host/users#access_token=s3cret', 'ws://host/users#access_token=…'],
    ['ws://host/a@b?c=d@e', 'ws://host/a@b?c=d@e'],
  ])('%s is %s', (url, shown) => {
    expect(redactedUrl(url)).toBe(shown);
  });

  test('never has the password', () => {
    const password = fc
      .string({ unit: 'binary', minLength: 4 })
      .filter((text) => !'ws://user:@host:99999/…'.includes(text));
    fc.assert(
      fc.property(password, fc.constantFrom('host', 'host:99999', '[', ''), (secret, host) => {
        expect(redactedUrl(`ws://user:${secret}@${host}/path`)).not.toContain(secret);
      }),
    );
  });
});

test.each([
  [
    'URL must be an address, got "ws://user:s3cret@host:99999/a"',
    'URL must be an address, got "ws://…@host:99999/a"',
  ],
  ["unknown command 'ws://user:s3cret@host'", "unknown command 'ws://…@host'"],
  ['see http://a.example/b@c and ws://u:s3cret@d', 'see http://a.example/b@c and ws://…@d'],
  ['GET /users?access_token=s3cret failed', 'GET /users?access_token=… failed'],
  ['mail nobody@example.org', 'mail nobody@example.org'],
  ['HTTP 401: s3cret is wrong, and so is czNjcmV0', 'HTTP 401: … is wrong, and so is …'],
])('%s is shown as %s', (sentence, shown) => {
  expect(redacted(sentence, ['s3cret', 'czNjcmV0', ''])).toBe(shown);
});
