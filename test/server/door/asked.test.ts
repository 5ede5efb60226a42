import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { understand } from '../../../src/server/door/asked.ts';
import { BasePath } from '../../../src/server/options/base-path.ts';
import type { ServeOptions } from '../../../src/server/options/serve-options.ts';
import { requestOf } from '../../../src/server/request/request.ts';
import { serve } from '../../../src/server/serve.ts';

const GREETING =
  'This is a Tidemark server: connect to ws://here/users by WebSocket, or get http://here/users.';
const NEIGHBOURS =
  'Its paths are /users, /arrays, /bytes, /echo, /receipts, /healthz, /readyz, /version, /streams, /clients, /clients/{name}, /live, /metrics, /openapi.json.';

function answer(
  url: string,
  options: { method?: string; headers?: Record<string, string>; basePath?: string } = {},
) {
  const { method = 'GET', headers = {}, basePath = '' } = options;
  const message = { method, url, headers, socket: {} } as IncomingMessage;
  const asked = understand(requestOf(message, false, `ws://here${basePath}`), new BasePath(basePath));
  if (asked.kind === 'refusal') return asked;
  if (asked.kind === 'api') return { status: 200, sentence: asked.call.does };
  if (asked.kind !== 'answer') throw new Error(`${url} is a ${asked.kind}, over HTTP`);
  return asked.answer;
}

describe('a request without an upgrade', () => {
  test.each([
    ['/healthz', 200, 'health'],
    ['/healthz?verbose', 200, 'health'],
    ['http://proxied.example/healthz', 200, 'health'],
    ['/readyz', 200, 'readiness'],
    ['/version', 200, 'version'],
    ['/streams', 200, 'streams'],
    ['/clients?limit=1', 200, 'clients'],
    ['/openapi.json', 200, 'openapi'],
    ['/', 200, GREETING],
    ['/?seed=7', 200, GREETING],
    ['/echo', 426, '/echo returns what is sent to it, by WebSocket alone: connect to ws://here/echo'],
    ['/nothing', 404, `there is nothing at "/nothing". ${GREETING} ${NEIGHBOURS}`],
    ['/healthzy', 404, `there is nothing at "/healthzy". ${GREETING} ${NEIGHBOURS}`],
    ['/streams/', 404, `there is nothing at "/streams/". ${GREETING} ${NEIGHBOURS}`],
    ['/constructor', 404, `there is nothing at "/constructor". ${GREETING} ${NEIGHBOURS}`],
    ['/x?access_token=s3cret', 404, `there is nothing at "/x". ${GREETING} ${NEIGHBOURS}`],
    ['http://me:s3cret@host/x', 404, `there is nothing at "/x". ${GREETING} ${NEIGHBOURS}`],
  ])('for %s gets %i', (url, status, sentence) => {
    expect(answer(url)).toMatchObject({ status, sentence });
    expect(answer(url, { method: 'HEAD' })).toMatchObject({ status, sentence });
  });

  test.each(['/users?seed=7', '/arrays', '/bytes?size=100'])('for %s is one for a stream', (target) => {
    const message = { method: 'GET', url: target, headers: {}, socket: {} } as IncomingMessage;
    const asked = understand(requestOf(message, false, 'ws://here'), new BasePath(''));
    expect(asked).toMatchObject({ kind: 'stream', target, audience: 'client' });
  });

  test('quotes no long path', () => {
    expect(answer(`/${'x'.repeat(5000)}`).sentence.length).toBeLessThan(300);
  });

  test('that is an OPTIONS is told what may be asked, wherever', () => {
    for (const [url, allowed] of [
      ['/users', 'GET, HEAD, OPTIONS'],
      ['/nothing', 'GET, HEAD, OPTIONS'],
      ['/receipts', 'POST, OPTIONS'],
      ['/clients/alice', 'DELETE, OPTIONS'],
    ] as const) {
      const { status, headers } = answer(url, { method: 'OPTIONS' });
      expect([status, headers]).toMatchObject([204, { Allow: allowed }]);
    }
  });

  test.each(['POST', 'PUT', 'DELETE'])('that is a %s gets 405, whatever it is for', (method) => {
    const sentence = `GET and HEAD are answered here, not ${method}`;
    expect(answer('/healthz', { method })).toMatchObject({
      status: 405,
      headers: { Allow: 'GET, HEAD' },
      sentence,
    });
  });

  test.each(['/', '/users'])(
    'is told that its upgrade got lost on the way, if it is a handshake for %s',
    (url) => {
      const headers = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' };
      const { status, sentence } = answer(url, { headers });
      expect([status, sentence]).toEqual([426, expect.stringContaining('a proxy on the way has to pass')]);
    },
  );
});

describe('below a base path', () => {
  test.each([
    ['/feeds/healthz', 200, 'health'],
    ['/healthz', 200, 'health'],
    ['/readyz', 200, 'readiness'],
    ['/feeds/streams', 200, 'streams'],
    ['/streams', 404, 'this server answers below /feeds: ask for a stream as /feeds/users'],
    [
      '/feeds',
      200,
      'This is a Tidemark server: connect to ws://here/feeds/users by WebSocket, or get http://here/feeds/users.',
    ],
    ['/', 404, 'this server answers below /feeds: ask for a stream as /feeds/users'],
    ['/users', 404, 'this server answers below /feeds: ask for a stream as /feeds/users'],
  ])('%s gets %i', (url, status, sentence) => {
    expect(answer(url, { basePath: '/feeds' })).toMatchObject({ status, sentence });
  });
});

async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Everything that comes back until the connection ends. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

describe('a server', () => {
  test('answers by HTTP, and ends the connection, also where a token is needed', async () => {
    const { port } = await started({ accessToken: 'only-for-friends' });
    const healthy = await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(healthy).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(healthy).toMatch(/\r\nConnection: close\r\n/);
    expect(healthy).toMatch(/\r\n\r\nok\n$/s);
    const head = await exchange(port, 'HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Content-Length: 3\r\n.*\r\n\r\n$/s);
  });

  test('answers who asks for HTTP/2 as well', async () => {
    const { port } = await started();
    const upgrade =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA';
    const healthy = await exchange(port, `GET /healthz HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`);
    expect(healthy).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nok\n$/s);
  });

  test('serves below its base path, and says so elsewhere', async () => {
    const { url, port } = await started({ basePath: '/feeds' });
    expect(url).toBe(`ws://127.0.0.1:${port}/feeds`);
    const socket = new WebSocket(`${url}/bytes?size=35&count=1`);
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(data))).toMatchObject({ seq: 0 });
    const elsewhere = new WebSocket(`ws://127.0.0.1:${port}/bytes`, 'tidemark.v1');
    expect(String(await once(elsewhere, 'close'))).toBe(
      '4404,this server answers below /feeds: ask for a stream as /feeds/users',
    );
    const plain = await exchange(
      port,
      'GET /bytes HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    expect(plain).toMatch(/^HTTP\/1\.1 404 .*this server answers below \/feeds/s);
  });

  test('does not start with what is no base path', async () => {
    await expect(serve({ port: 0, basePath: 'feeds' })).rejects.toThrow(
      'basePath must be a path such as /feeds',
    );
  });
});
