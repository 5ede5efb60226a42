import { expect, test } from 'vitest';
import { badOption, conflictingOption, UsageError } from '../../src/wording/usage-error.ts';

const shouted = (name: string) => `<${name}>`;

test('it names the option as the library does, what was expected and what came', () => {
  const error = badOption('basePath', 'a path', 'feeds');
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toMatchObject({
    name: 'UsageError',
    code: 'bad_option',
    option: 'basePath',
    message: 'basePath must be a path, got "feeds"',
  });
});

test('every option that it names is told as the reader knows it', () => {
  const error = conflictingOption('stream', (nameOf) => `with ${nameOf('plain')}`, 'users');
  expect(error).toMatchObject({
    code: 'conflicting_option',
    message: 'stream must be left out with plain, got "users"',
  });
  expect(error.told(shouted)).toBe('<stream> must be left out with <plain>, got "users"');
});

test('what came is shortened, and without secrets', () => {
  const { message } = badOption('url', 'an address', 'ws://a:secret@host/users?access_token=secret');
  expect(message).not.toContain('secret');
});
