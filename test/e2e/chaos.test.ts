import { expect, test } from 'vitest';
import { outcome, serveOn, tidemark } from './processes.ts';

test.each(['0.0.0.0:0', '[::]:0', ':0', 'example.invalid:0'])(
  'a proxy does not listen on %s without being told that everybody may come',
  async (listen) => {
    const refused = await outcome(tidemark('chaos', '--listen', listen, '--to', 'ws://127.0.0.1:1'));
    expect(refused.stderr).toMatch(
      /^tidemark: --listen: to listen on .*, which is not loopback, needs --allow-public$/m,
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

test.each([
  [
    'cut=@20,cut=@1/2',
    0,
    /^PROVED 50 of 50 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 2$/m,
  ],
  ['no-id=@20', 0, /^PROVED 50 of 50 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 1$/m],
  ['drop=@20', 2, /^FAILED 49 of 50 messages: lost 1, /m],
])('a proxy harms events too, and the client tells what that was worth: %s', async (chaos, code, told) => {
  const { url } = await (await serveOn(0)).event('listening');
  const to = String(url).replace(/^ws/, 'http');
  const proxy = tidemark('chaos', '--listen', '127.0.0.1:0', '--to', to, '--chaos', chaos, '--json');
  const { url: through } = await proxy.event('listening');
  expect(through).toMatch(/^http:/);
  const client = await outcome(tidemark('connect', `${through}/users?seed=7&rate=500`, '--count', '50'));
  expect(client.stdout).toMatch(told);
  expect(client.code).toBe(code);
  expect(await proxy.event('fault')).toMatchObject({ fault: chaos.split('=')[0], message: 20 });
});

test.each([
  ['cut=@20', 0, /^PROVED 50 of 50 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 1$/m],
  ['drop=@20', 2, /^FAILED 49 of 50 messages: lost 1, /m],
])(
  'a proxy does what it is asked to, and the client tells what that was worth: %s',
  async (chaos, code, told) => {
    const { url } = await (await serveOn(0)).event('listening');
    const proxy = tidemark(
      'chaos',
      '--listen',
      '127.0.0.1:0',
      '--to',
      String(url),
      '--chaos',
      chaos,
      '--json',
    );
    const { url: through } = await proxy.event('listening');
    const client = await outcome(tidemark('connect', `${through}/users?seed=7&rate=500`, '--count', '50'));
    expect(client.stdout).toMatch(told);
    expect(client.code).toBe(code);
    expect(await proxy.event('fault')).toMatchObject({ fault: chaos.split('=')[0], message: 20 });
  },
);
