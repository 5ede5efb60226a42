import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import { serve } from '../../src/server/serve.ts';
import { openStream } from '../../src/stream/stream.ts';
import { CARRIAGES } from '../e2e/hostile/carriages.mjs';
import { asked } from './stream-peer.ts';

/** What PROTOCOL.md says of a stream, whatever it goes over. */

function messagesOf(name: string, from: number, count: number): string[] {
  const stream = openStream(name);
  return Array.from({ length: count }, (_, index) => Buffer.from(stream.message(from + index)).toString());
}

async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

describe.each(CARRIAGES)('a stream over $name', (carriage) => {
  const { request, accepted } = carriage;
  const taken = async (path: string, speaks = false, options?: ServeOptions) => {
    const { port } = await started(options);
    return asked(port, carriage, request(path, { speaks })).told;
  };

  test.each([
    ['/users?seed=7&count=5&rate=max', 'users?seed=7', 0, 5],
    ['/users?count=3&rate=200', 'users', 0, 3],
    ['/users?from=9007199254740990&rate=max&count=2', 'users', 2 ** 53 - 2, 2],
    ['/users?from=9007199254740990&rate=max', 'users', 2 ** 53 - 2, 2],
    ['/arrays?shape=2,2&count=70&rate=max&from=100', 'arrays?shape=2,2', 100, 70],
    ['/bytes?size=35&rate=1000&count=20&profile=burst:10', 'bytes?size=35', 0, 20],
    ['/users?count=0', 'users', 0, 0],
    // By HTTP alone it is a page that says what is here.
    ...(carriage.name === 'websocket' ? [['/?count=1', 'users', 0, 1] as const] : []),
  ] as const)('%s is all of it, in order, and says its end', async (path, name, from, count) => {
    const told = await taken(path);
    const done = carriage.name === 'websocket' ? 1000 : undefined;
    expect(told).toMatchObject({ status: accepted, messages: messagesOf(name, from, count), whole: true });
    expect([told.welcome, told.code]).toEqual([undefined, done]);
  });

  test('that is asked for in parts is the same', async () => {
    const { port } = await started();
    const part = (query: string) => asked(port, carriage, request(`/users?rate=max&${query}`)).told;
    const parts = await Promise.all([part('count=40'), part('from=40&count=2'), part('from=42&count=58')]);
    expect(parts.flatMap(({ messages }) => messages)).toEqual(messagesOf('users', 0, 100));
  });

  test('begins with a welcome for who speaks tidemark.v1', async () => {
    const { port } = await started({ heartbeatMs: 50 });
    const client = asked(
      port,
      carriage,
      request('/users?rate=max&from=3&count=2&client=alice', { speaks: true }),
    );
    await expect.poll(client.received).toContain('"seq":4,');
    client.socket.end(); // over WebSocket the close is left to the client
    const { welcome, messages } = await client.told;
    expect(messages).toEqual(messagesOf('users', 3, 2));
    expect(welcome).toMatchObject({
      type: 'welcome',
      client: 'alice',
      stream: 'users?seed=1',
      from: 3,
      rate: 'max',
    });
  });

  test.each([
    ['/nothing', 404, 4404],
    ['/users?count=x', 400, 4400],
    ['/users?rate=1&rate=2', 400, 4400],
    ['/users?x=1', 400, 4400],
    ['/arrays?shape=0', 400, 4400],
    [`/users?client=${'a'.repeat(65)}`, 400, 4400],
  ])('%s is refused with %i, or as %i, and why', async (path, status, code) => {
    const plain = await taken(path);
    expect(plain.status).toBe(status);
    const speaking = await taken(path, true);
    if (carriage.name === 'websocket') expect([speaking.status, speaking.code]).toEqual([101, code]);
    else if (status !== 404) expect([speaking.status, speaking.code]).toEqual([status, code]);
    expect(plain.messages.concat(speaking.messages)).toEqual([]);
    if (status !== 404) expect(plain.sentence?.slice(0, 100)).toBe(speaking.sentence?.slice(0, 100));
  });

  test.each([
    [{ accessToken: 'right' }, '/users', 401, 4401],
    [{ maxClients: 1 }, '/users', 503, 1013],
    [{}, '/users?client=held', 409, 4409],
  ] as [ServeOptions, string, number, number][])(
    'with %j: %s is refused with %i, or as %i',
    async (options, path, status, code) => {
      const { port } = await started(options);
      const token = options.accessToken === undefined ? '' : `&access_token=${options.accessToken}`;
      const holder = asked(port, carriage, request(`/users?rate=100&client=held${token}`));
      await expect.poll(holder.received).toContain('"seq":0,');
      const plain = await asked(port, carriage, request(path)).told;
      const speaking = await asked(port, carriage, request(path, { speaks: true })).told;
      expect([plain.status, speaking.code]).toEqual([status, code]);
    },
  );

  test.each([false, true])('is told that the server stops, if it can be (speaks: %s)', async (speaks) => {
    const server = await serve({ port: 0, encoders: 0 });
    const client = asked(server.port, carriage, request('/users?rate=100', { speaks }));
    await expect.poll(client.received).toContain('"seq":3,');
    await server.close();
    const { code, whole, messages } = await client.told;
    expect(code).toBe(speaks || carriage.name === 'websocket' ? 1012 : undefined);
    if (!speaks) expect(whole).toBe(false); // nobody takes what came for all
    expect(messages).toEqual(messagesOf('users', 0, messages.length));
  });

  test('is told that its name was taken over', async () => {
    const { port } = await started();
    const path = '/users?rate=100&client=alice&token=12345678';
    const first = asked(port, carriage, request(path, { speaks: true }));
    await expect.poll(first.received).toContain('"seq":0,');
    const second = asked(port, carriage, request(path, { speaks: true }));
    await expect.poll(second.received).toContain(`HTTP/1.1 ${accepted}`);
    if (carriage.name === 'websocket') second.socket.write(Buffer.from([0x8a, 0x80, 1, 2, 3, 4])); // it answers
    expect((await first.told).code).toBe(4410);
  });
});
