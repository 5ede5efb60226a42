import { expect, test } from 'vitest';
import { LogError } from '../../../src/client/run/log-error.ts';

test('has a code and a name, and keeps its cause', () => {
  const cause = new Error('ENOSPC');
  const error = new LogError('the disk is full', { cause });
  expect(error).toMatchObject({ name: 'LogError', code: 'log', message: 'the disk is full', cause });
});
