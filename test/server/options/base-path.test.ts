import { describe, expect, test } from 'vitest';
import { BasePath } from '../../../src/server/options/base-path.ts';

test.each(['', '/'])('%j is every path', (text) => {
  const all = new BasePath(text);
  expect(all.prefix).toBe('');
  expect(all.below('/users?seed=7')).toBe('/users?seed=7');
  expect(all.below('/')).toBe('/');
});

describe.each(['/feeds', '/feeds/'])('%j', (text) => {
  const feeds = new BasePath(text);

  test.each([
    ['/feeds', '/'],
    ['/feeds/', '/'],
    ['/feeds?seed=7', '/?seed=7'],
    ['/feeds/users?seed=7&x=/feeds', '/users?seed=7&x=/feeds'],
    ['/feeds/feeds', '/feeds'],
    ['/', undefined],
    ['/users', undefined],
    ['/feedsy', undefined],
    ['/feedsy/users', undefined],
    ['/Feeds/users', undefined],
    ['/a/feeds/users', undefined],
  ])('takes %s for %s', (target, below) => {
    expect(feeds.below(target)).toBe(below);
  });

  test('says where it is to whoever asks elsewhere', () => {
    expect(feeds.fault).toBe('this server answers below /feeds: ask for a stream as /feeds/users');
  });
});

test('may be deep', () => {
  expect(new BasePath('/a-b/v1.2/~x_').below('/a-b/v1.2/~x_/arrays')).toBe('/arrays');
});

test.each([
  'feeds',
  '//feeds',
  '/feeds//',
  '/a//b',
  '/a b',
  '/a?b',
  '/a#b',
  '/..',
  '/a/./b',
  '/%2e',
  'http://x/a',
  '/ü',
])('is not %j', (text) => {
  expect(() => new BasePath(text)).toThrow(
    `basePath must be a path such as /feeds, of letters, digits and -._~ between slashes, got ${JSON.stringify(text)}`,
  );
});
