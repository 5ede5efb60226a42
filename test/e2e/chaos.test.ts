import { expect, test } from 'vitest';
import { outcome, tidemark } from './processes.ts';

test.each(['0.0.0.0:0', '[::]:0', ':0', 'example.invalid:0'])(
  'a proxy does not listen on %s without being told that everybody may come',
  async (listen) => {
    const refused = await outcome(tidemark('chaos', '--listen', listen, '--to', 'ws://127.0.0.1:1'));
    expect(refused.stderr).toMatch(
      /^tidemark: to listen on .*, which is not loopback, needs --allow-public$/m,
    );
    expect(refused.code).toBe(1);
  },
);

test('a proxy that has said that it listens stops when it is told to', async () => {
  const proxy = tidemark('chaos', '--listen', 'localhost:0', '--to', 'ws://127.0.0.1:1', '--json');
  expect(await proxy.event('listening')).toMatchObject({ to: 'ws://127.0.0.1:1' });
  proxy.kill('SIGTERM');
  expect((await outcome(proxy)).code).toBe(0);
});
