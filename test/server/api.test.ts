import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import { serve } from '../../src/server/serve.ts';

/** What is asked of a server over HTTP besides streams, by `fetch`. */
async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  const { port } = server;
  const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { server, get };
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const GUARDED = ['/version', '/streams', '/openapi.json'];
const OPEN = ['/', '/healthz', '/readyz'];

describe('the API', () => {
  test.each(GUARDED)('answers %s as JSON that nobody keeps', async (path) => {
    const { get } = await started();
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const text = await response.text();
    expect(JSON.parse(text)).toBeInstanceOf(Object);
    const head = await get(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(Buffer.byteLength(text)),
      '',
    ]);
  });

  test('is below the base path', async () => {
    const { get } = await started({ basePath: '/feeds' });
    expect(await (await get('/feeds/openapi.json')).json()).toMatchObject({ servers: [{ url: '/feeds' }] });
    expect((await get('/openapi.json')).status).toBe(404);
    expect((await get('/readyz')).status).toBe(200);
  });

  test.each(GUARDED)('tells nobody %s who has not the access token', async (path) => {
    const { get } = await started({ accessToken: 'only-for-friends' });
    const without = await get(path);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(without.headers.get('content-type')).toBe('application/problem+json');
    expect((await get(path, bearer('another'))).status).toBe(401);
    expect((await get(path, bearer('only-for-friends'))).status).toBe(200);
    expect((await get(`${path}?access_token=only-for-friends`)).status).toBe(200);
  });

  test.each(OPEN)('answers %s without it', async (path) => {
    const { get } = await started({ accessToken: 'only-for-friends' });
    expect((await get(path)).status).toBe(200);
  });

  test.each(GUARDED)('tells %s to pages of its own and of allowed origins alone', async (path) => {
    const { get } = await started({ allowOrigins: ['https://friend.example'] });
    const friend = await get(path, { headers: { Origin: 'https://friend.example' } });
    expect([friend.status, friend.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://friend.example',
    ]);
    const stranger = await get(path, { headers: { Origin: 'https://stranger.example' } });
    expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('refuses another method, and says which there are', async () => {
    const { get } = await started();
    const response = await get('/streams', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({
      detail: 'GET and HEAD are answered here, not DELETE',
    });
  });
});

/** A client that never answers a close, so that the server goes on closing. */
async function stubborn(port: number) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.write(
    'GET /users?rate=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = await once(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

describe('a server that closes', () => {
  test('is not ready, lets nobody in, and is well all the same', async () => {
    const { server, get } = await started();
    expect([await (await get('/readyz')).text(), (await get('/readyz')).status]).toEqual(['ready\n', 200]);
    const client = await stubborn(server.port);
    const closed = server.close();
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { detail: 'the server closes, and takes no more clients' },
    ]);
    expect((await get('/healthz')).status).toBe(200);
    const stream = await get('/users?count=1');
    expect([stream.status, stream.headers.get('retry-after'), await stream.json()]).toMatchObject([
      503,
      '5',
      { close_code: 1012 },
    ]);
    const late = new WebSocket(`${server.url}/users`, 'tidemark.v1');
    const [code] = (await once(late, 'close')) as [number];
    expect(code).toBe(1012);
    client.destroy();
    await closed;
    await expect(get('/readyz')).rejects.toThrow('fetch failed');
  });
});
