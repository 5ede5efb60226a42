import { describe, expect, test } from 'vitest';
import { isLoopback } from '../../../src/server/options/loopback.ts';

describe('loopback', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LocalHost',
  ])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each([
    ...[
      '0.0.0.0',
      '::',
      '',
      '128.0.0.1',
      '10.0.0.1',
      '::2',
      '::ffff:10.0.0.1',
      'fe80::1',
      '127.1',
      '127.0.0.1.',
    ],
    ...['example.org', 'localhost.example.org', '127.0.0.1.example.org', 'localhost.', '[localhost'],
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
