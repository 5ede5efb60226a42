import { describe, expect, test } from 'vitest';
import { dialledUrl, dialledUrls } from '../../../src/cli/connect/dialled-url.ts';

describe('the URL that is dialled', () => {
  test.each([
    ['ws://h/users?seed=7', {}, 'ws://h/users?seed=7'],
    ['ws://h/', { stream: 'users?seed=7' }, 'ws://h/users?seed=7'],
    ['ws://h', { stream: '/users' }, 'ws://h/users'],
    ['ws://h/feeds', { stream: 'users' }, 'ws://h/feeds/users'],
    ['ws://h/a/b/?seed=7', { stream: 'bytes?size=99' }, 'ws://h/a/b/bytes?seed=7&size=99'],
    ['ws://h/feeds/users', { rate: 5, from: '10' }, 'ws://h/feeds/users?rate=5&from=10'],
    ['ws://h/feed?a=1', { plain: true, stream: 'users', from: '10' }, 'ws://h/feed?a=1'],
    [undefined, { rate: 5 }, 'ws://127.0.0.1:8000/users?rate=5'],
    [undefined, { stream: 'bytes' }, 'ws://127.0.0.1:8000/bytes'],
    ['ws://h', { stream: 'orders?seed=-1' }, 'ws://h/orders?seed=-1'],
  ])('of %j with %j is %j', (given, flags, url) => {
    expect(dialledUrl(given, flags)).toBe(url);
  });

  test('is each of several, or none where a log has them', () => {
    expect(dialledUrls(['ws://a', 'ws://b/feeds'], { stream: 'users', rate: 5 })).toEqual([
      'ws://a/users?rate=5',
      'ws://b/feeds/users?rate=5',
    ]);
    expect(dialledUrls([], { resume: true })).toBeUndefined();
    expect(dialledUrls([], {})).toEqual(['ws://127.0.0.1:8000/users']);
  });

  test('refuses what is in the URL already', () => {
    expect(() => dialledUrl('ws://h', { from: '-1' })).toThrow(
      /^--from must be a seq from 0 to .*, got "-1"$/,
    );
    expect(() => dialledUrl('ws://h', { stream: 'users?seed=x' })).toThrow(/^--stream: seed must be /);
    expect(() => dialledUrl('ws://h/users?rate=5', { rate: 7 })).toThrow('rate is given twice');
    expect(() => dialledUrl('ws://h/feeds/users', { stream: 'bytes' })).toThrow(
      'the stream is given twice, by --stream bytes and in ws://h/feeds/users: give one, or --plain',
    );
  });
});
