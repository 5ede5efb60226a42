import { expect, test } from 'vitest';
import { streamArgument } from '../../../src/cli/verify/stream-argument.ts';

test('what a URL says was due holds, unless the options say otherwise', () => {
  const url = 'ws://127.0.0.1:8000/users?seed=7&from=5&count=10&token=secret-1';
  expect(streamArgument(url, {})).toEqual({ name: 'users?seed=7', from: 5, count: 10 });
  expect(streamArgument(url, { from: 6, count: 0 })).toEqual({ name: 'users?seed=7', from: 6, count: 0 });
  expect(streamArgument('users', {})).toEqual({ name: 'users', from: undefined, count: undefined });
});

test('where a live stream began has to be said', () => {
  expect(() => streamArgument('/users?from=live', {})).toThrow(/--from/);
  expect(streamArgument('/users?from=live', { from: 3 }).from).toBe(3);
});
