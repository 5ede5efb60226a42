import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import type { LeaveEvent, ServerEvent } from '../../src/server/options/server-event.ts';
import { serve } from '../../src/server/serve.ts';
import { openStream } from '../../src/stream/stream.ts';

const SSE = { Accept: 'text/event-stream' };

async function started(options: ServeOptions = {}) {
  const events: ServerEvent[] = [];
  const server = await serve({ port: 0, encoders: 0, ...options, onEvent: (event) => events.push(event) });
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${url}${path}`, { method, headers });
  return { server, events, url, get };
}

/** A response that is read as it comes. */
async function opened(url: string, headers: Record<string, string> = {}) {
  const sent = request(url, { headers });
  sent.on('error', () => {});
  sent.end();
  onTestFinished(() => {
    sent.destroy();
  });
  const [response] = await once(sent, 'response');
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('error', () => {});
  return {
    response,
    text: () => text,
    destroy: () => sent.destroy(),
    closed: new Promise<void>((resolve) => response.on('close', resolve)),
  };
}

function messages(name: string, from: number, end: number): string[] {
  const stream = openStream(name);
  return Array.from({ length: end - from }, (_, index) =>
    Buffer.from(stream.message(from + index)).toString(),
  );
}

function events(name: string, from: number, end: number): string {
  const each = messages(name, from, end).map((data, index) => `id: ${from + index}\ndata: ${data}\n\n`);
  return `id: ${from - 1}\nretry: 1000\ndata:\n\n${each.join('')}`;
}

describe('a stream in a response', () => {
  test('is NDJSON', async () => {
    const { get } = await started();
    const response = await get('/users?seed=7&from=5&count=3&rate=max&client=alice');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'tidemark-client': 'alice',
      'tidemark-session': expect.stringMatching(/^[\w-]{20,}$/),
    });
    expect(await response.text()).toBe(`${messages('users?seed=7', 5, 8).join('\n')}\n`);
  });

  test('goes on without end, until its client leaves', async () => {
    const { url, events: told } = await started();
    const { text, destroy } = await opened(`${url}/users?rate=200&client=alice`);
    await expect.poll(() => text().split('\n').length).toBeGreaterThan(20);
    expect(told).toContainEqual(
      expect.objectContaining({ event: 'join', client: 'alice', carriage: 'http', plain: true }),
    );
    destroy();
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'leave', client: 'alice', reason: 'left' });
  });

  test('is server-sent events', async () => {
    const { get } = await started();
    const response = await get('/users?from=3&count=2&rate=max', SSE);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(events('users', 3, 5));
  });

  test('says where it begins before its first message is due', async () => {
    const { url } = await started();
    const { text } = await opened(`${url}/users?rate=0.001&from=1000000`, SSE);
    await expect.poll(text).toMatch(/^id: 999999\nretry: 1000\ndata:\n\n/);
  });

  test.each([
    ['2', '?count=5', events('users', 3, 5)],
    ['-1', '?count=2', events('users', 0, 2)],
    ['4', '?from=4&count=3', events('users', 5, 7)],
    ['1', '?from=4&count=1', events('users', 2, 5)],
  ])('goes on after event %s of %s', async (id, query, expected) => {
    const { get } = await started();
    const response = await get(`/users${query}&rate=max`, { ...SSE, 'Last-Event-ID': id });
    expect(await response.text()).toBe(expected);
  });

  test.each([
    ['4', '/users?count=5'],
    ['9', '/users?count=5'],
    ['9007199254740991', '/users'],
  ])('is over after event %s of %s', async (id, path) => {
    const { get, events: told } = await started();
    const response = await get(path, { ...SSE, 'Last-Event-ID': id });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(told.slice(1)).toEqual([]);
  });

  test.each([0, 1, 2, 300])('of %i messages is a JSON array', async (count) => {
    const { get } = await started();
    const response = await get(`/users?rate=max&count=${count}`, { Accept: 'application/json' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(messages('users', 0, count).map((each) => JSON.parse(each)));
  });

  test('is a JSON array too where messages come one by one', async () => {
    const { get } = await started();
    const response = await get('/users?rate=100&count=3', { Accept: 'application/json' });
    expect(await response.json()).toHaveLength(3);
  });

  test('is one .npy file', async () => {
    const { get } = await started();
    const response = await get('/arrays?encoding=npy&count=1&from=4');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const expected = Buffer.from(openStream('arrays?encoding=npy').message(4));
    expect(expected.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  });

  test('has a head that takes no place and no name', async () => {
    const { get, events: told } = await started({ maxClients: 1 });
    for (let time = 0; time < 2; time++) {
      const response = await get('/users?client=alice', SSE, 'HEAD');
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
      expect(await response.text()).toBe('');
    }
    expect(told.slice(1)).toEqual([]);
  });

  test('ends with its connection where there are no chunks', async () => {
    const { server } = await started();
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /users?count=2&rate=max HTTP/1.0\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await once(socket, 'close');
    expect(text.split('\r\n\r\n')[0]).not.toContain('chunked');
    expect(text.split('\r\n\r\n')[1]).toBe(`${messages('users', 0, 2).join('\n')}\n`);
  });

  test('comes as well to who asks for HTTP/2 in passing', async () => {
    const { server } = await started();
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA';
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET /users?count=1&rate=max HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await once(socket, 'close');
    expect(text).toContain(messages('users', 0, 1)[0]);
    expect(text).toMatch(/\r\n0\r\n\r\n$/);
  });

  test('ends with a second request on its connection', async () => {
    const { server, events: told } = await started();
    const asks = 'GET /users HTTP/1.1\r\nHost: x\r\n\r\n';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(asks + asks));
    await once(socket.resume(), 'close');
    expect(told.filter(({ event }) => event === 'join').length).toBeLessThan(2);
  });
});

describe('a request for a stream is refused', () => {
  test.each<[string, string, Record<string, string>, number, string]>([
    ['without an end', '/users', { Accept: 'application/json' }, 400, 'count must be given for a JSON array'],
    ['as what it is not', '/users', { Accept: 'image/png' }, 406, 'not as "image/png"'],
    [
      'as text that is none',
      '/arrays?encoding=npy&count=1',
      SSE,
      406,
      'can be had as application/octet-stream',
    ],
    ['as many files', '/arrays?encoding=npy&count=2', {}, 400, 'count must be 1 with encoding=npy'],
    ['with a bad id', '/users', { ...SSE, 'Last-Event-ID': 'x' }, 400, 'Last-Event-ID must be a seq from -1'],
    [
      'live, with an end that nobody knows',
      '/users?from=live&count=5',
      { ...SSE, 'Last-Event-ID': '7' },
      400,
      'from must be a seq with count and Last-Event-ID',
    ],
    ['with a bad parameter', '/users?rate=x', {}, 400, 'rate must be'],
    [
      'with one that is unknown',
      '/users?nonsense=1',
      {},
      400,
      'unknown parameter "nonsense": users here takes seed, from, rate, profile, count, client, token, access_token, speak',
    ],
    ['that is long', `/users?client=${'x'.repeat(9000)}`, {}, 414, 'path and query may have 8192 characters'],
    ['of a foreign page', '/users', { Origin: 'https://example.org' }, 403, 'may not connect'],
  ])('%s', async (_, path, headers, status, detail) => {
    const { get, events: told } = await started();
    const response = await get(path, headers);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(response.status).toBe(status);
    expect(told.at(-1)).toMatchObject({ event: 'refuse', code: status });
  });
});

describe('a response that speaks tidemark.v1', () => {
  const SPEAK = 'speak=tidemark.v1';

  test('has the welcome in its head, and its end in a trailer', async () => {
    const { url, events: told } = await started();
    const { response, text, closed } = await opened(
      `${url}/users?${SPEAK}&client=alice&token=12345678&count=1000000&from=2&rate=100`,
    );
    const welcome = JSON.parse(String(response.headers['tidemark-welcome']));
    expect(welcome).toMatchObject({ type: 'welcome', client: 'alice', token: '12345678', from: 2 });
    expect(response.headers.trailer).toBe('Tidemark-Close');
    expect(told).toContainEqual(expect.objectContaining({ event: 'join', plain: false, carriage: 'http' }));
    await expect.poll(text).not.toBe('');
    const later = await opened(`${url}/users?${SPEAK}&client=alice&token=12345678`);
    await closed;
    expect(response.complete).toBe(true);
    expect(response.trailers['tidemark-close']).toBe('4410 a later connection has taken over this name');
    later.destroy();
  });

  test('has the welcome in its first event', async () => {
    const { url } = await started();
    const { response, text } = await opened(`${url}/users?${SPEAK}&rate=0.001`, SSE);
    const welcome = String(response.headers['tidemark-welcome']);
    await expect.poll(text).toContain(`event: welcome\nid: -1\nretry: 1000\ndata: ${welcome}\n\n`);
  });

  test('says that the server stops', async () => {
    const { url, server } = await started();
    const { response, closed } = await opened(`${url}/users?${SPEAK}&rate=100`);
    await server.close();
    await closed;
    expect(response.trailers['tidemark-close']).toBe('1012 the server stops');
  });

  test('speaks nothing else', async () => {
    const { get } = await started();
    const response = await get('/users?speak=tidemark.v2');
    expect(await response.json()).toMatchObject({
      status: 400,
      detail: 'speak must be tidemark.v1, got "tidemark.v2"',
    });
  });

  test('is cut off at its end by HTTP/1.0, which has no trailers', async () => {
    const { server } = await started();
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET /users?${SPEAK}&rate=100 HTTP/1.0\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain('"seq":2');
    await server.close();
    expect(text).not.toContain('Tidemark-Close');
  });
});

describe('a page', () => {
  const Origin = 'http://localhost:3000';

  test('of an origin that may connect can read what it gets', async () => {
    const { get } = await started();
    for (const path of ['/users?count=1', '/users?rate=x', '/users?nonsense=1', '/nothing', '/healthz']) {
      const { headers } = await get(path, { Origin });
      expect(headers.get('access-control-allow-origin')).toBe(Origin);
      expect(headers.get('access-control-expose-headers')).toContain('Tidemark-Session');
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  test('of another can read nothing', async () => {
    const { get } = await started();
    for (const path of ['/users?count=1', '/nothing', '/healthz']) {
      const { headers } = await get(path, { Origin: 'https://example.org' });
      expect(headers.get('access-control-allow-origin')).toBe(null);
    }
  });
});

describe('a server beside its responses', () => {
  test.each([
    ['Zoë', 'Zo\\u00eb'],
    ['Алиса', '\\u0410\\u043b\\u0438\\u0441\\u0430'],
    ['𝒳', '\\ud835\\udcb3'],
  ])('has a client called %s in a header', async (client, header) => {
    const { get } = await started();
    const { headers } = await get(
      `/users?count=1&rate=max&speak=tidemark.v1&client=${encodeURIComponent(client)}`,
    );
    expect(headers.get('tidemark-client')).toBe(header);
    expect(JSON.parse(headers.get('tidemark-welcome') ?? '')).toMatchObject({ client });
  });

  test('drops who is slow to ask, and not who is slow to read', async () => {
    const { server, url, events: told } = await started();
    const { text, destroy } = await opened(`${url}/users?rate=50&client=alice`);
    await expect.poll(text).not.toBe('');
    const asking = connect(server.port, '127.0.0.1', () => asking.write('GET /users HTTP/1.1\r\nHos'));
    await once(asking.resume(), 'close');
    expect(told.filter(({ event }) => event === 'leave')).toEqual([]);
    const had = text().length;
    await expect.poll(() => text().length).toBeGreaterThan(had);
    destroy();
  }, 15_000);

  test('cuts plain responses off when it stops', async () => {
    const { server, url, events: told } = await started();
    const { response, closed } = await opened(`${url}/users?rate=100`);
    await server.close();
    await closed;
    expect(response.complete).toBe(false);
    expect(told.at(-2)).toMatchObject({ event: 'leave', reason: 'stopped' });
  });

  test('takes no more into a response than its reader and the kernel do', async () => {
    const { server, events: told } = await started({ heartbeatMs: 200 });
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /bytes?size=100000&rate=max&client=alice HTTP/1.1\r\nHost: x\r\n\r\n'),
    );
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'join' });
    await new Promise((resolve) => setTimeout(resolve, 1000)); // in which nothing must come of it
    expect(told.at(-1)).toMatchObject({ event: 'join' }); // silence is no sign of death
    socket.destroy();
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'leave' });
    const { messages: sent } = told.at(-1) as LeaveEvent;
    expect(sent * 100_000).toBeLessThan(32_000_000); // of which the kernel has most
  });

  test('finds out that a client has left who asked for HTTP/2 in passing', async () => {
    const { server, events: told } = await started();
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA';
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET /users?rate=0.001 HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`),
    );
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'join' });
    socket.end();
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'leave', reason: 'left' });
  });

  test('finds out that a client has left who is sent nothing', async () => {
    const { url, events: told } = await started();
    const { destroy } = await opened(`${url}/users?rate=0.001`, SSE);
    destroy();
    await expect.poll(() => told.at(-1)).toMatchObject({ event: 'leave', reason: 'left' });
  });

  test('holds a name, and gives it to who brings its token, over either carriage', async () => {
    const { server, url, get } = await started();
    const mine = '/users?client=alice&token=12345678';
    const first = await opened(`${url}${mine}&rate=100`);
    const other = await get('/users?client=alice&token=87654321');
    expect(await other.json()).toMatchObject({ status: 409, close_code: 4409 });
    const second = await opened(`${url}${mine}&rate=100`);
    await first.closed;
    expect(first.response.complete).toBe(false);
    const socket = new WebSocket(`${server.url}${mine}&rate=100`);
    await once(socket, 'message');
    await second.closed;
    const third = await opened(`${url}${mine}&rate=100`);
    expect(String(await once(socket, 'close'))).toContain('4410');
    await expect.poll(third.text).not.toBe('');
  });

  test('has no more clients than it takes, and says when to come back', async () => {
    const { url, get } = await started({ maxClients: 1 });
    const { destroy } = await opened(`${url}/users`);
    const second = await get('/users');
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await second.json()).toMatchObject({ status: 503, close_code: 1013 });
    destroy();
    await expect.poll(async () => (await get('/users?count=1&rate=max')).status).toBe(200);
  });

  test('wants its access token', async () => {
    const { get } = await started({ accessToken: 's3cret' });
    for (const [path, headers, status] of [
      ['/users?count=1', {}, 401],
      ['/users?count=1', { Authorization: 'Bearer nonsense' }, 401],
      ['/users?count=1&rate=max', { Authorization: 'Bearer s3cret' }, 200],
      ['/users?count=1&rate=max&access_token=s3cret', {}, 200],
    ] as const) {
      expect((await get(path, headers)).status).toBe(status);
    }
    const refused = await get('/users?access_token=other');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.text()).not.toContain('other');
  });
});
