import { once } from 'node:events';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLIENTS_SCHEMA } from '../../../src/server/api/clients.ts';
import { LIVE_SCHEMA } from '../../../src/server/api/live.ts';
import type { Listing } from '../../../src/server/cluster/listing.ts';
import type { LiveLine } from '../../../src/server/live/live-line.ts';
import type { ServeOptions } from '../../../src/server/options/serve-options.ts';
import { Server } from '../../../src/server/server.ts';
import { MemoryCluster } from './memory-cluster.ts';

const ADMIN = { Authorization: 'Bearer admin-token' };

/** Two servers that serve the same clients, and how to talk to each. */
async function two({ maxClients, ...options }: ServeOptions = {}) {
  const cluster = new MemoryCluster(maxClients);
  const start = async (worker: number) => {
    const given = { port: 0, encoders: 0, adminToken: 'admin-token', ...options };
    const server = new Server(given, cluster.join({ id: String(worker), worker }));
    await server.listen();
    onTestFinished(() => server.close());
    const dial = async (path: string) => {
      const socket = new WebSocket(`${server.url}${path}`, 'tidemark.v1');
      onTestFinished(() => socket.terminate());
      const closed = once(socket, 'close').then(([code]) => code as number);
      const [first] = await Promise.race([once(socket, 'message'), closed.then((code) => [code])]);
      const welcome = typeof first === 'number' ? undefined : JSON.parse(String(first).slice(1));
      return { socket, closed, welcome };
    };
    const get = (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, init);
    const listing = async (query = '') => (await (await get(`/clients${query}`)).json()) as Listing;
    return { server, dial, get, listing };
  };
  return { cluster, one: await start(1), other: await start(2) };
}

describe('names and places of two members', () => {
  test('a name that is held on one is refused on the other, and goes over to who brings its token', async () => {
    const { one, other } = await two();
    const holder = await one.dial('/users?client=alice&token=first-token&rate=1');
    expect(holder.welcome).toMatchObject({ client: 'alice' });
    expect((await other.get('/users?client=alice&token=other-token')).status).toBe(409);
    const heir = await other.dial('/users?client=alice&token=first-token&rate=1');
    expect(heir.welcome).toMatchObject({ client: 'alice' });
    expect(await holder.closed).toBe(4410);
    expect([one.server.clients, other.server.clients]).toEqual([0, 1]);
  });

  test('made-up names differ', async () => {
    const { one, other } = await two();
    const names = [
      (await one.dial('/users')).welcome.client,
      (await other.dial('/users')).welcome.client,
      (await one.dial('/users')).welcome.client,
    ];
    expect(new Set(names).size).toBe(3);
  });

  test('places are counted together', async () => {
    const { one, other } = await two({ maxClients: 2 });
    await one.dial('/users?rate=1');
    await other.dial('/users?rate=1');
    expect((await one.get('/users')).status).toBe(503);
  });
});

describe('the roster of two members', () => {
  test('is listed by either in the order in which clients came, with their workers', async () => {
    const { one, other } = await two();
    await one.dial('/users?client=a&rate=1');
    await tick();
    await other.dial('/users?client=b&rate=1');
    await tick();
    await one.dial('/users?client=c&rate=1');
    for (const { listing } of [one, other]) {
      const { total, clients, missing } = await listing();
      expect(total).toBe(3);
      expect(clients.map(({ name, worker }) => [name, worker])).toEqual([
        ['a', 1],
        ['b', 2],
        ['c', 1],
      ]);
      expect(missing).toEqual([]);
      expect((await listing('?offset=1&limit=1')).clients.map(({ name }) => name)).toEqual(['b']);
    }
    expect(new Ajv2020({ allowUnionTypes: true }).validate(CLIENTS_SCHEMA, await one.listing())).toBe(true);
  });

  test('is listed in pages, of which a member tells only its own part', async () => {
    const { cluster, one, other } = await two();
    for (const name of ['a', 'b', 'c', 'd']) {
      await (name < 'c' ? one : other).dial(`/users?client=${name}&rate=1`);
      await tick();
    }
    const { clients, total } = await one.listing('?offset=1&limit=1000');
    expect([total, clients.map(({ name }) => name)]).toEqual([4, ['b', 'c', 'd']]);
    expect(cluster.asked.filter(({ question }) => question.ask === 'clients')).toEqual([
      { by: '1', of: '2', question: { ask: 'clients', offset: 0, limit: 2 } },
    ]);
  });

  test('names who did not answer', async () => {
    const { cluster, one, other } = await two();
    await other.dial('/users?client=b&rate=1');
    cluster.silent.add('2');
    expect(await one.listing()).toMatchObject({ total: 0, clients: [], missing: ['2'] });
    const dismissed = await one.get('/clients/b', { method: 'DELETE', headers: ADMIN });
    expect(dismissed.status).toBe(503);
    expect(await dismissed.text()).toContain('2 did not answer');
  });

  test('has who left, the newest first', async () => {
    const { one, other } = await two();
    const a = await one.dial('/users?client=a&rate=1');
    const b = await other.dial('/users?client=b&rate=1');
    a.socket.close();
    await a.closed;
    await expect.poll(() => one.server.clients).toBe(0);
    await tick();
    b.socket.close();
    await b.closed;
    await expect.poll(() => other.server.clients).toBe(0);
    const { left } = await one.listing();
    expect(left.map(({ name, worker }) => [name, worker])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });
});

test('a client is asked to leave from either member', async () => {
  const { one, other } = await two();
  const client = await other.dial('/users?client=alice&rate=1');
  const dismiss = () => one.get('/clients/alice', { method: 'DELETE', headers: ADMIN });
  expect((await dismiss()).status).toBe(204);
  expect(await client.closed).toBe(4403);
  expect((await dismiss()).status).toBe(404);
});

test('the metrics of either member are sums, and say how each process is', async () => {
  const { one, other } = await two();
  await one.dial('/users?client=a&rate=1');
  await other.dial('/users?client=b&rate=1');
  await one.get('/nothing');
  await other.get('/nothing');
  for (const { get } of [one, other]) {
    const text = await (await get('/metrics')).text();
    expect(text).toContain('\ntidemark_clients 2\n');
    expect(text).toContain('\ntidemark_connections_total{carriage="websocket"} 2\n');
    expect(text).toContain('\ntidemark_refusals_total{reason="not_found"} 2\n');
    expect(text).toContain('\ntidemark_lateness_seconds_count{kind="users"} 2\n');
    expect(text.match(/^process_resident_memory_bytes\{worker="\d"\} /gm)?.sort()).toEqual([
      'process_resident_memory_bytes{worker="1"} ',
      'process_resident_memory_bytes{worker="2"} ',
    ]);
  }
});

/** The order in which clients came is known to the millisecond. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}

describe('receipts that are posted to the other member', () => {
  /** A response of one, and how to report to it at the other. */
  async function speaking() {
    const { cluster, one, other } = await two();
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    const response = await one.get('/users?client=alice&seed=7&rate=1', { signal: gone.signal });
    const session = response.headers.get('tidemark-session') ?? '';
    const post = (body: string, type = 'application/x-ndjson', id = session) =>
      other.get('/receipts', {
        method: 'POST',
        headers: { 'Content-Type': type, 'Tidemark-Session': id },
        body,
      });
    return { cluster, one, other, session, post };
  }

  test('reach the session, whose id names its member, and are answered', async () => {
    const { session, post, one } = await speaking();
    expect(session).toMatch(/^[0-9a-f]{32}\.1$/);
    const said = await post('hello', 'text/plain');
    expect([said.status, await said.text()]).toEqual([202, '']);
    const answered = await post('{"type":"clock_request","t1_ms":1}\n{"type":"later"}\n');
    expect(answered.status).toBe(200);
    const types = (await answered.text()).trim().split('\n');
    expect(types.map((line) => JSON.parse(line).type)).toEqual(['ignored', 'clock']);
    expect(one.server.clients).toBe(1);
  });

  test('are refused as they would be there', async () => {
    const { cluster, one, session, post } = await speaking();
    expect((await post('hello', 'text/plain', session.replace(/^./, 'g'))).status).toBe(404);
    expect((await post('hello', 'text/plain', session.replace(/1$/, '3'))).status).toBe(404);
    expect((await post('{"type":"clock_request"}')).status).toBe(400);
    one.server.holdInput(true);
    expect((await post('hello', 'text/plain')).status).toBe(429);
    one.server.holdInput(false);
    cluster.silent.add('1');
    expect((await post('hello', 'text/plain')).status).toBe(404);
  });
});

test('who watches either member sees the clients of both', async () => {
  const { cluster, one, other } = await two();
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  await one.dial('/users?client=a&seed=7&rate=50');
  await other.dial('/users?client=b&seed=7&rate=50');
  for (const { get } of [one, other]) {
    const response = await get('/live', { signal: gone.signal });
    const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(LIVE_SCHEMA);
    const types: string[] = [];
    for await (const line of linesOf(response)) {
      isValid(line);
      expect(isValid.errors).toBeNull();
      types.push(line.type);
      if (line.type !== 'second' || (line.streams[0]?.messages ?? 0) < 60) continue;
      expect(line).toMatchObject({ clients: 2, streams: [{ stream: 'users?seed=7', clients: 2 }] });
      expect(line.roster.map(({ name }) => name)).toEqual(['a', 'b']);
      break;
    }
    expect(types.slice(0, 2)).toEqual(['opening', 'second']);
  }
  const asked = cluster.asked.length;
  gone.abort();
  await expect.poll(() => cluster.asked.length).toBe(asked);
});

async function* linesOf(response: Response): AsyncGenerator<LiveLine> {
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const lines = `${text}${chunk}`.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}
