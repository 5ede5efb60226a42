import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAccessToken, takeAccessToken } from '../../src/session/access-token.ts';

describe('an access token', () => {
  test.each(['x', '!~', 'a.b-c_d/e+f==', 'x'.repeat(512)])('may be %s', (token) => {
    expect(parseAccessToken(token)).toBe(token);
  });

  test.each(['', 'a b', 'naïve', 'two\nlines', 'x'.repeat(513)])(
    'may not be %j, which is not shown',
    (token) => {
      expect(() => parseAccessToken(token)).toThrow(/^accessToken must be 1 to 512 visible ASCII .*spaces$/);
    },
  );
});

describe('taken out of a URL', () => {
  test.each([
    ['/users', '/users', undefined],
    ['/users?seed=7', '/users?seed=7', undefined],
    ['/users?access_token=abc', '/users', 'abc'],
    ['/users?seed=7&access_token=a%2Bb&rate=5', '/users?seed=7&rate=5', 'a+b'],
    ['/users?access%5Ftoken=abc&seed=7', '/users?seed=7', 'abc'],
    ['/users?access_token=first&access_token=second', '/users', 'first'],
    ['/users?access_token=', '/users', ''],
    ['/users?access_token', '/users', ''],
    ['/users?token=12345678&a=%zz', '/users?token=12345678&a=%zz', undefined],
    ['/users??access_token=abc', '/users', 'abc'],
    ['ws://host:1/users?access_token=abc&x=y', 'ws://host:1/users?x=y', 'abc'],
  ])('%s', (whole, target, accessToken) => {
    expect(takeAccessToken(whole)).toEqual({ target, accessToken });
  });

  test('nothing is left of it, in whatever query it stands', () => {
    const pairs = fc.array(fc.webQueryParameters({ size: 'xsmall' }), { maxLength: 3 });
    fc.assert(
      fc.property(pairs, pairs, (before, after) => {
        const query = [...before, 'access_token=SECRET', ...after].join('&');
        const { target } = takeAccessToken(`/users?${query}`);
        expect(target).not.toContain('SECRET');
        const left = [...new URLSearchParams(target.split(/\?(.*)/s)[1] ?? '')];
        const due = [...new URLSearchParams([...before, ...after].join('&'))];
        expect(left).toEqual(due.filter(([name]) => name !== 'access_token'));
      }),
    );
  });
});
