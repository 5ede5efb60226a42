import { expect, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { StreamError } from '../../src/stream/stream-error.ts';

test('a value that no server takes is refused before anything is dialled', () => {
  expect(() => connect('ws://127.0.0.1:1/users?seed=-1')).toThrow(StreamError);
  expect(() => connect('ws://127.0.0.1:1/users?seed=-1')).toThrow(
    'seed must be an integer from 0 to 9007199254740991, got "-1"',
  );
});

test('what a server may know, or another than Tidemark, is left to it', () => {
  expect(() => connect('ws://127.0.0.1:1/orders?seed=-1')).not.toThrow();
  expect(() => connect('ws://127.0.0.1:1/users?seed=-1', { plain: true })).not.toThrow();
});
