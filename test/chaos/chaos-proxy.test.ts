import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startChaosProxy } from '../../src/chaos/chaos-proxy.ts';
import { connect } from '../../src/client/connect.ts';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import type { Over } from '../../src/selftest/observation.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import type { ServerEvent } from '../../src/server/options/server-event.ts';
import { serve } from '../../src/server/serve.ts';

/** Where a heartbeat is to find something. */
const HEARTBEAT_MS = 500;
/** Elsewhere: a busy machine may not be taken for a path that is dark. */
const PATIENT_MS = 30_000;

async function started(options: ServeOptions = {}) {
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent) => events.push(event);
  const server = await serve({ port: 0, heartbeatMs: PATIENT_MS, encoders: 0, onEvent, ...options });
  onTestFinished(() => server.close());
  return { server, events };
}

type Within = 'proxy' | 'server';

/** A run of 400 messages at 2,000/s: its verdict, what it told, and what was done to it. */
async function through(
  chaos: string,
  {
    within = 'proxy',
    over = 'websocket',
    ...options
  }: ConnectOptions & { within?: Within; over?: Over } = {},
) {
  const faults: string[] = [];
  const note = (event: { event: string; fault?: string; message?: number | null }) => {
    if (event.event === 'fault') faults.push(`${event.fault} ${event.message}`);
  };
  const { server, events } = await started(within === 'server' ? { chaos } : {});
  let url = over === 'websocket' ? server.url : server.url.replace(/^ws/, 'http');
  if (within === 'proxy') {
    const proxy = await startChaosProxy({ to: url, chaos, onEvent: note });
    onTestFinished(() => proxy.close());
    url = proxy.url;
  }
  const told: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => told.push(event);
  const run = connect(`${url}/users?seed=7&rate=2000&count=400`, {
    ...{
      client: 'alice',
      block: 10,
      heartbeatMs: chaos.includes('half-open') ? 2 * HEARTBEAT_MS : PATIENT_MS,
      onEvent,
    },
    ...(over === 'websocket' ? {} : { as: over }),
    ...options,
  }).start();
  onTestFinished(() => run.stop());
  const verdict = await run.closed;
  for (const event of events) note(event);
  return { verdict, told, faults };
}

/** Paths that are not as they should be, and how many resumes each takes. */
const PATHS: [string, number][] = [
  ['', 0],
  ['delay=60ms,jitter=20ms', 0],
  ['bandwidth=2Mbit', 0],
  ['slow-reader=300kB', 0],
  ['slice=7', 0],
  ['stall=@50:100ms', 0],
  ['cut=@50', 1],
];

describe.each(['proxy', 'server'] as const)('within a %s', (within) => {
  test.each([...PATHS, ['half-open=@50', 1], ['close=@50:1012', 1]])(
    'a path that is not as it should be costs time and no message: %s',
    async (chaos, resumes) => {
      const { verdict, faults } = await through(chaos, { within });
      expect(verdict).toMatchObject({ verdict: 'proved', messages: 400, resumes });
      expect(faults).toEqual(chaos.includes('@') ? [`${chaos.split('=')[0]} 50`] : []);
    },
  );

  test.each([
    ['drop', { lost: 1, repeated: 0, reordered: 0, corrupt: 0 }],
    ['repeat', { lost: 0, repeated: 1, reordered: 0, corrupt: 0 }],
    ['swap', { lost: 0, repeated: 0, reordered: 1, corrupt: 0 }],
    ['flip', { lost: 0, repeated: 0, reordered: 0, corrupt: 10 }],
    ['truncate', { lost: 0, repeated: 0, reordered: 0, corrupt: 10 }],
  ])('harm to a message is found, and is told as what it is: %s', async (fault, counts) => {
    const { verdict, faults } = await through(`${fault}=@50`, { within });
    expect(verdict).toMatchObject({ verdict: 'failed', integrity: true, ...counts });
    expect(faults).toEqual([`${fault} 50`]);
  });
});

describe.each([
  ['events', 'proxy'],
  ['events', 'server'],
  ['lines', 'proxy'],
  ['lines', 'server'],
] as const)('over %s, within a %s', (over, within) => {
  test.each([...PATHS, ['close=@50:1012', 1], ['cut=@50,cut=@1/2', 2]])(
    'a path that is not as it should be costs time and no message: %s',
    async (chaos, resumes) => {
      const { verdict, faults } = await through(chaos, { within, over });
      expect(verdict).toMatchObject({ verdict: 'proved', messages: 400, resumes });
      expect(faults).toHaveLength(chaos.split('@').length - 1);
    },
  );

  test.each([
    ['drop', { lost: 1, repeated: 0, reordered: 0, corrupt: 0 }],
    ['swap', { lost: 0, repeated: 0, reordered: 1, corrupt: 0 }],
    ['flip', { lost: 0, repeated: 0, reordered: 0, corrupt: 10 }],
  ])('harm to a message is found, and is told as what it is: %s', async (fault, counts) => {
    const { verdict, faults } = await through(`${fault}=@50`, { within, over });
    expect(verdict).toMatchObject({ verdict: 'failed', integrity: true, ...counts });
    expect(faults).toEqual([`${fault} 50`]);
  });
});

test.each([
  ['no-id', 'an event came without an id, and its message has the seq 49'],
  ['same-id', 'an event has the id "48", and its message has the seq 49'],
])(
  'an event whose id is not that of its message ends the connection, and is named: %s',
  async (fault, said) => {
    const { verdict, told, faults } = await through(`${fault}=@50`, { within: 'server', over: 'events' });
    expect(told.find(({ event }) => event === 'disconnected')).toMatchObject({ code: 1002, reason: said });
    expect(verdict).toMatchObject({ verdict: 'proved', resumes: 1 });
    expect(faults).toEqual([`${fault} 50`]);
  },
);

test('requests that have no stream are connections, and no streams: a fault at a message waits for one', async () => {
  const { server } = await started();
  const to = server.url.replace(/^ws/, 'http');
  const told: string[] = [];
  const proxy = await startChaosProxy({
    to,
    chaos: 'drop=@2',
    onEvent: (event) =>
      told.push(event.event === 'fault' ? `${event.fault} on ${event.connection}` : event.event),
  });
  onTestFinished(() => proxy.close());
  for (const method of ['POST', 'HEAD']) {
    const answer = await fetch(`${proxy.url}/users`, { method });
    await answer.arrayBuffer();
  }
  const lines = await (await fetch(`${proxy.url}/bytes?size=40&count=3&rate=max`)).text();
  expect(lines.trim().split('\n')).toHaveLength(2);
  expect(told).toContain('drop on 3');
});

test('a delay is one each way', async () => {
  const slow = await through('delay=150ms');
  // 200 ms of messages; four ways, of the handshake, the last message, its receipt and the answer. One way: 500 ms.
  expect(slow.verdict.durationMs).toBeGreaterThan(650);
});

test('a close code is the one that was asked for', async () => {
  const { told } = await through('close=@50:4290');
  expect(told.find(({ event }) => event === 'disconnected')).toMatchObject({ code: 4290 });
});

test.each(['proxy', 'server'])(
  'a half-open path (%s) is found by both ends within two heartbeats, and neither is told',
  async (within) => {
    const chaos = 'half-open=@20';
    const { server, events } = await started({
      heartbeatMs: HEARTBEAT_MS,
      ...(within === 'server' ? { chaos } : {}),
    });
    const proxy = await startChaosProxy({ to: server.url, ...(within === 'proxy' ? { chaos } : {}) });
    onTestFinished(() => proxy.close());
    const told: [string, number, string][] = [];
    const onEvent = (event: ClientEvent) => {
      told.push([event.event, performance.now(), 'reason' in event ? event.reason : '']);
    };
    const run = connect(`${proxy.url}/bytes?size=40&rate=100&count=60`, {
      block: 1,
      heartbeatMs: 3 * HEARTBEAT_MS, // the server is the first to notice, or it would be told by the next connection
      onEvent,
    });
    onTestFinished(() => run.stop());
    // A busy machine may miss more heartbeats later.
    expect(await run.start().closed).toMatchObject({
      verdict: 'proved',
      resumes: expect.toSatisfy((n) => n >= 1),
    });
    const [lastBlockBefore, disconnected] = told.slice(
      told.findIndex(([event]) => event === 'disconnected') - 1,
    );
    expect(disconnected?.[0]).toBe('disconnected');
    expect(Number(disconnected?.[1]) - Number(lastBlockBefore?.[1])).toBeGreaterThan(3 * HEARTBEAT_MS);
    expect(disconnected?.[2]).toContain('heartbeats');
    expect(events.filter(({ event }) => event === 'leave')).toContainEqual(
      expect.objectContaining({ reason: 'silent' }),
    );
  },
);

test.each([
  { to: 'ftp://127.0.0.1:1' },
  { to: 'ws://127.0.0.1:1', chaos: 'no-id=@5' },
  { to: 'wss://127.0.0.1:1', chaos: 'drop=1%,same-id=1%' },
  { to: 'nowhere' },
  { to: 'ws://127.0.0.1:1', listen: '127.0.0.1' },
  { to: 'ws://127.0.0.1:1', chaos: 'explode=1s' },
])('refuses %j', async (options) => {
  await expect(startChaosProxy(options)).rejects.toMatchObject({ code: 'bad_option' });
});

test('a server that is not there: the client is cut off, and goes on trying', async () => {
  const { server } = await started();
  const { url } = server;
  await server.close();
  const disconnects: string[] = [];
  const proxy = await startChaosProxy({
    to: url,
    onEvent: (event) => {
      if (event.event === 'disconnect') disconnects.push(event.error ?? '');
    },
  });
  onTestFinished(() => proxy.close());
  const run = connect(`${proxy.url}/users`).start();
  await expect.poll(() => disconnects.length).toBeGreaterThan(1);
  expect(disconnects[0]).toContain('ECONNREFUSED');
  run.stop();
  expect((await run.closed).verdict).toBe('interrupted');
});

test('a half-open path does not tell the server that its client has gone', async () => {
  const { server, events } = await started({ heartbeatMs: HEARTBEAT_MS });
  const proxy = await startChaosProxy({ to: server.url, chaos: 'half-open=@5' });
  onTestFinished(() => proxy.close());
  const socket = new WebSocket(`${proxy.url}/users?rate=200`);
  let received = 0;
  socket.on('message', () => received++);
  await expect.poll(() => received).toBe(4);
  socket.terminate();
  await expect.poll(() => events.some(({ event }) => event === 'leave')).toBe(true);
  expect(events.find(({ event }) => event === 'leave')).toMatchObject({ reason: 'silent' });
});
