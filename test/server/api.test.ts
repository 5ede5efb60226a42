import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { crc32 } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../src/client/connect.ts';
import type { Departure, Presence } from '../../src/server/clients/presence.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import type { ServerEvent } from '../../src/server/options/server-event.ts';
import { serve } from '../../src/server/serve.ts';
import { receiptSentence } from '../../src/session/receipt.ts';

/** What is asked of a server over HTTP besides streams, by `fetch`. */
async function started(options: ServeOptions = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  const { port } = server;
  const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { server, get };
}

/** The receipt of a block of text messages. */
function receiptOf(client: string, block: number, from: number, messages: string[], elapsedMs: number) {
  const text = messages.map((message) => `${message}\n`).join('');
  return {
    ...{ type: 'receipt', block, from, to: from + messages.length - 1, count: messages.length },
    bytes: Buffer.byteLength(messages.join('')),
    elapsed_ms: elapsedMs,
    crc32: crc32(text).toString(16).padStart(8, '0'),
    interrupted: false,
    text: receiptSentence(client, block, elapsedMs),
  };
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const JSON_PATHS = ['/version', '/streams', '/clients', '/openapi.json'];
const GUARDED = [...JSON_PATHS, '/metrics'];
const OPEN = ['/', '/healthz', '/readyz'];

describe('the API', () => {
  test.each(JSON_PATHS)('answers %s as JSON that nobody keeps', async (path) => {
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

  test.each([...OPEN, ...GUARDED, '/nothing', '/users?cout=1'])(
    'has nobody keep the answer of %s',
    async (path) => {
      const { get } = await started();
      expect((await get(path)).headers.get('cache-control')).toBe('no-store');
    },
  );

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

  test.each(['/version', '/streams', '/clients', '/live', '/metrics', '/openapi.json'])(
    'names to who asks %s for what it has not the parameters that it has',
    async (path) => {
      const { get } = await started({ accessToken: 'only-for-friends' });
      const known = path === '/clients' ? 'offset, limit, access_token' : 'access_token';
      for (const [query, name] of [
        ['foo=1', 'foo'],
        ['_=1700000000', '_'],
        ['=', ''],
        ['speak=tidemark.v1', 'speak'],
        ['access_token=only-for-friends&Limit=1', 'Limit'],
      ]) {
        const response = await get(`${path}?${query}`, bearer('only-for-friends'));
        const { detail } = (await response.json()) as { detail: string };
        expect([response.status, response.headers.get('content-type')]).toEqual([
          400,
          'application/problem+json',
        ]);
        expect(detail).toBe(`unknown parameter ${JSON.stringify(name)}: ${path} takes ${known}`);
      }
      expect((await get(`${path}?foo=1`)).status).toBe(401);
    },
  );

  test('takes a parameter once', async () => {
    const { get } = await started();
    const response = await get('/clients?limit=1&limit=2');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: 'limit must be given once, got "1 and 2"' },
    ]);
  });

  test.each(['/healthz', '/readyz', '/'])('answers %s whatever a probe or a link adds', async (path) => {
    const { get } = await started();
    expect((await get(`${path}?verbose&_=1`)).status).toBe(200);
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

interface Listed {
  readonly total: number;
  readonly clients: readonly Presence[];
  readonly left: readonly Departure[];
}

const isClients = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/clients.schema.json', import.meta.url), 'utf8')),
);

describe('GET /clients', () => {
  async function withClients(options: ServeOptions = {}) {
    const { server, get } = await started(options);
    const clients = async (query = '', init: RequestInit = {}) => {
      const body = (await (await get(`/clients${query}`, init)).json()) as Listed;
      isClients(body);
      expect(isClients.errors).toBeNull();
      return body;
    };
    const join = async (target: string, protocol: string[] = []) => {
      const socket = new WebSocket(`${server.url}${target}`, protocol);
      const messages: string[] = [];
      socket.on('message', (data) => messages.push(String(data)));
      socket.on('error', () => {});
      await once(socket, 'open');
      return { socket, messages };
    };
    return { server, get, clients, join };
  }

  test('lists who is there, what each has been sent and what it reported', async () => {
    const { clients, join, server } = await withClients();
    const { socket, messages } = await join('/bytes?size=100&seed=7&from=5&count=10&rate=max&client=alice', [
      'tidemark.v1',
    ]);
    await expect.poll(() => messages.length).toBe(11);
    const receipt = receiptOf('alice', 1, 5, messages.slice(1, 6), 12.5);
    const wrong = { ...receiptOf('alice', 2, 10, messages.slice(6, 11), 7), crc32: '00000000' };
    for (const each of [receipt, wrong]) socket.send(`\u001e${JSON.stringify(each)}`);
    await expect.poll(() => messages.length).toBe(13);
    await join('/users?rate=0.5&client=bob');
    const { total, clients: list, left } = await clients();
    expect([total, left]).toEqual([2, []]);
    expect(list).toMatchObject([
      {
        ...{ name: 'alice', stream: 'bytes?size=100&seed=7', carriage: 'websocket', from: 5, cursor: 15 },
        ...{ rate: 'max', blocks: 2, verified: 1, mismatched: 1, last_block_ms: 7 },
        ...{ lag_ms: null, late_ms: null, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
      },
      {
        ...{ name: 'bob', stream: 'users?seed=1', rate: 0.5, blocks: 0, last_block_ms: null },
        ...{ lag_ms: expect.any(Number), late_ms: expect.any(Number) },
      },
    ]);
    expect(server.clients).toBe(2);
  });

  test('lists those of responses, too', async () => {
    const { clients, get } = await withClients();
    const leave = new AbortController();
    await get('/users?rate=1&client=carol', { signal: leave.signal });
    expect((await clients()).clients).toMatchObject([{ name: 'carol', carriage: 'http' }]);
    leave.abort();
    await expect.poll(async () => (await clients()).left).toMatchObject([{ name: 'carol', reason: 'left' }]);
  });

  test('does not list who left, but says why it did', async () => {
    const { clients, join } = await withClients();
    const { socket } = await join('/users?rate=1&client=alice&token=alice-token');
    await join('/users?rate=1&from=7&client=alice&token=alice-token');
    await once(socket, 'close');
    const { clients: list, left } = await clients();
    expect(list).toMatchObject([{ name: 'alice', from: 7 }]);
    expect(left).toMatchObject([{ name: 'alice', from: 0, reason: 'superseded' }]);
  });

  test('lists a part, and says how many there are', async () => {
    const { clients, join, get } = await withClients();
    for (const name of ['a', 'b', 'c', 'd']) await join(`/users?rate=1&client=${name}`);
    const { total, clients: list } = await clients('?offset=1&limit=2');
    expect([total, list.map(({ name }) => name)]).toEqual([4, ['b', 'c']]);
    const refused = await get('/clients?limit=1001');
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { detail: 'limit must be an integer from 0 to 1000, got "1001"' },
    ]);
  });

  test('shows no addresses where others than this machine can connect', async () => {
    const { clients, server } = await withClients({ host: '0.0.0.0', accessToken: 'only-for-friends' });
    const url = `ws://127.0.0.1:${server.port}/users?rate=1&client=alice&access_token=only-for-friends`;
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const { clients: list } = await clients('', bearer('only-for-friends'));
    expect(list).toMatchObject([{ name: 'alice', address: null }]);
  });
});

describe('GET /metrics', () => {
  /** Each sample by its name and labels. */
  async function scraped(get: (path: string) => Promise<Response>): Promise<ReadonlyMap<string, number>> {
    const lines = (await (await get('/metrics')).text()).split('\n');
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
  }

  test('counts what is sent, reported and refused', async () => {
    const { server, get } = await started();
    expect((await get('/metrics')).headers.get('content-type')).toBe(
      'text/plain; version=0.0.4; charset=utf-8',
    );
    const run = connect(`${server.url}/bytes?size=100&rate=200`, { client: 'alice', block: 5, count: 20 });
    expect((await run.closed).verdict).toBe('proved');
    await (await get('/users?count=3&rate=max')).text();
    await get('/users?from=7&count=0&token=alice-token');
    await get('/users?rate=nonsense');
    await get('/nowhere');
    const figures = await scraped(get);
    expect(Object.fromEntries(figures)).toMatchObject({
      'tidemark_messages_sent_total{kind="bytes"}': 20,
      'tidemark_messages_sent_total{kind="users"}': 3,
      'tidemark_bytes_sent_total{kind="bytes"}': 20 * 102,
      'tidemark_receipts_total{verdict="verified"}': 4,
      'tidemark_receipts_total{verdict="mismatch"}': 0,
      'tidemark_block_seconds_count{kind="bytes"}': 4,
      'tidemark_lateness_seconds_count{kind="users"}': 0,
      'tidemark_connections_total{carriage="websocket"}': 1,
      'tidemark_connections_total{carriage="http"}': 2,
      tidemark_resumes_total: 1,
      'tidemark_refusals_total{reason="bad_request"}': 1,
      'tidemark_refusals_total{reason="not_found"}': 1,
    });
    expect(figures.get('tidemark_lateness_seconds_count{kind="bytes"}')).toBeGreaterThan(0);
    expect(figures.get('tidemark_segment_cache_requests_total{result="miss"}')).toBeGreaterThan(0);
    expect(figures.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });

  test('has as many samples, and no text of clients, whatever they send', async () => {
    const { server, get } = await started({ accessToken: undefined });
    const before = [...(await scraped(get)).keys()];
    for (const name of ['zoë', 'mallory.1']) {
      const socket = new WebSocket(
        `${server.url}/users?seed=4711&rate=50&client=${encodeURIComponent(name)}`,
      );
      await once(socket, 'message');
      socket.send(`a text of ${name}`);
    }
    for (const path of ['/mallory', '/users?mallory=1', '/arrays?dtype=mallory', '/clients/mallory'])
      await get(path);
    await get('/mallory', { method: 'DELETE' });
    expect([...(await scraped(get)).keys()]).toEqual(before);
    expect(before.join()).not.toMatch(/mallory|4711|zoë/);
  });
});

describe('DELETE /clients/NAME', () => {
  const ADMIN = 'only-for-the-admin';

  async function withClient(name: string, options: ServeOptions = {}) {
    const events: ServerEvent[] = [];
    const onEvent = (event: ServerEvent) => events.push(event);
    const { server, get } = await started({ adminToken: ADMIN, onEvent, ...options });
    const run = connect(`${server.url}/users?rate=50`, { client: name, block: 1 }).start();
    onTestFinished(run.stop);
    await expect.poll(() => server.clients).toBe(1);
    const dismiss = (init: RequestInit = bearer(ADMIN)) =>
      get(`/clients/${encodeURIComponent(name)}`, { method: 'DELETE', ...init });
    return { server, run, get, dismiss, events };
  }

  test('ends the run of a client, which does not come back', async () => {
    const { server, run, get, dismiss, events } = await withClient('zoë');
    expect([(await dismiss()).status, server.clients]).toEqual([204, 0]);
    const { verdict, error } = await run.closed;
    expect([verdict, error]).toEqual(['failed', expect.stringContaining('4403')]);
    expect(events.filter(({ event }) => event === 'join')).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'leave', client: 'zoë', reason: 'dismissed' }),
    );
    const { left } = (await (await get('/clients')).json()) as Listed;
    expect(left).toMatchObject([{ name: 'zoë', reason: 'dismissed' }]);
    const again = await dismiss();
    expect([again.status, await again.json()]).toMatchObject([
      404,
      { detail: 'no client is called "zoë": /clients lists those that are there' },
    ]);
  });

  test.each(['%', '%ZZ', '%E0%A4%A'])('says of the name %s that it can not be decoded', async (name) => {
    const { get } = await started({ adminToken: ADMIN });
    const response = await get(`/clients/${name}`, { method: 'DELETE', ...bearer(ADMIN) });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: 'the name must be percent-encoded UTF-8' },
    ]);
  });

  test('takes the token of the admin alone', async () => {
    const { server, get, dismiss } = await withClient('alice');
    const statusOf = async (init: RequestInit) => (await dismiss(init)).status;
    const without = await dismiss({});
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await statusOf(bearer('another'))).toBe(403);
    expect(await statusOf({ headers: { Authorization: `Basic ${ADMIN}` } })).toBe(401);
    expect((await get(`/clients/alice?access_token=${ADMIN}`, { method: 'DELETE' })).status).toBe(401);
    const ofPage = { ...bearer(ADMIN).headers, Origin: 'https://stranger.example' };
    expect(await statusOf({ headers: ofPage })).toBe(403);
    expect(server.clients).toBe(1);
  });

  test('is for nobody where there is no admin', async () => {
    const { server, dismiss } = await withClient('alice', { adminToken: undefined });
    const refused = await dismiss();
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { detail: expect.stringContaining("started without an admin's token") },
    ]);
    expect(server.clients).toBe(1);
  });

  test('is not for who has the access token, which the admin needs not', async () => {
    const { server, get } = await started({ accessToken: 'only-for-friends', adminToken: ADMIN });
    const gone = (token: string) => get('/clients/nobody', { method: 'DELETE', ...bearer(token) });
    expect((await gone('only-for-friends')).status).toBe(403);
    expect((await gone(ADMIN)).status).toBe(404);
    expect((await get('/clients', bearer(ADMIN))).status).toBe(200);
    expect(server.clients).toBe(0);
  });

  test.each(['..%2F..', 'no-such'])('finds nobody called %s', async (name) => {
    const { get } = await started({ adminToken: ADMIN });
    const response = await get(`/clients/${name}`, { method: 'DELETE', ...bearer(ADMIN) });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });

  test('needs another token than clients bring', async () => {
    await expect(serve({ port: 0, accessToken: ADMIN, adminToken: ADMIN })).rejects.toThrow(
      'adminToken must differ from accessToken, which every client brings',
    );
  });
});

/** A client that never answers a close, so that the server goes on closing. */
async function stubborn(port: number) {
  const socket = dial(port, '127.0.0.1');
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
