import { afterEach, expect, test } from 'vitest';
import { dialledUrl } from '../../../src/cli/connect/dialled-url.ts';
import { forgetElsewhere, rememberElsewhere } from '../../../src/cli/output/set-elsewhere.ts';
import { withUrlFirst } from '../../../src/cli/settings/url-first.ts';

afterEach(forgetElsewhere);
const setElsewhere = (...flags: string[]) => {
  for (const flag of flags) rememberElsewhere(flag, flag.toUpperCase(), []);
};
const FLAGS = { rate: 5, count: 7, from: '3', client: 'alice', fsync: 'none' };

test('what a URL says counts before what was set elsewhere, and not before what was typed', () => {
  const url = 'ws://h/users?rate=9&count=1&client=bob';
  expect(withUrlFirst(url, FLAGS)).toEqual(FLAGS);
  setElsewhere('--rate', '--count', '--from');
  expect(withUrlFirst(url, FLAGS)).toEqual({ from: '3', client: 'alice', fsync: 'none' });
  expect(withUrlFirst(undefined, FLAGS)).toEqual(FLAGS);
  setElsewhere('--blocks');
  expect(withUrlFirst('users?count=5', { blocks: 2 })).toEqual({});
  setElsewhere('--token-file');
  expect(withUrlFirst('ws://h/?access_token=x', { tokenFile: 'a', token: 'typed' })).toEqual({
    token: 'typed',
  });
});

test('the stream of a URL counts before one that was set elsewhere', () => {
  setElsewhere('--stream');
  expect(dialledUrl('ws://h/users?seed=7', { stream: 'bytes' })).toBe('ws://h/users?seed=7');
  expect(dialledUrl('ws://h/feeds', { stream: 'bytes' })).toBe('ws://h/feeds/bytes');
});
