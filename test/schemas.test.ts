import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type ChaosEvent, startChaosProxy } from '../src/chaos/chaos-proxy.ts';
import type { SelftestEvent } from '../src/cli/selftest/run.ts';
import type { VerifyEvent } from '../src/cli/verify/verify-event.ts';
import { connect } from '../src/client/connect.ts';
import type { ConnectOptions } from '../src/client/connect-options.ts';
import type { BlockRecord, RunRecord } from '../src/client/log-record.ts';
import type { ClientEvent } from '../src/client/run/client-event.ts';
import type { PublishEvent } from '../src/publish/publish-event.ts';
import type { ServeOptions } from '../src/server/options/serve-options.ts';
import type { ServerEvent } from '../src/server/options/server-event.ts';
import { serve } from '../src/server/serve.ts';
import type { TidemarkServer } from '../src/server/tidemark-server.ts';
import { Primary } from '../src/workers/primary.ts';
import { temporaryFolder } from './e2e/processes.ts';
import { TestProcesses } from './workers/crew.ts';

/** Holds the schemas that users are given to what a server, a client and a log really say. */
const at = '2026-01-02T03:04:05.678Z';

/** One of each, by hand; the compiler knows if an event or a key of the contract is missing. */
const SERVER_EVENTS: { readonly [E in ServerEvent['event']]: ServerEvent & { readonly event: E } } = {
  listening: { event: 'listening', url: 'ws://127.0.0.1:8000' },
  join: {
    event: 'join',
    client: 'alice',
    stream: 'users?seed=7',
    from: 0,
    resumed: false,
    rate: 0.2,
    remote: '[::1]:40000',
    plain: false,
    carriage: 'websocket',
    clients: 1,
  },
  message: { event: 'message', client: 'alice', text: '' },
  receipt: {
    event: 'receipt',
    client: 'alice',
    block: 3,
    from: 10,
    to: 14,
    count: 5,
    bytes: 1602,
    elapsed_ms: 401.213,
    crc32: '0123abcd',
    interrupted: false,
    verified: true,
    text: 'Client alice received 3 block in 401.213 ms time',
  },
  leave: { event: 'leave', client: 'alice', reason: 'stopped', blocks: 3, messages: 16, clients: 0 },
  refuse: {
    event: 'refuse',
    remote: '10.0.0.1:40000',
    code: 4409,
    text: 'client alice is connected already',
  },
  fault: { event: 'fault', fault: 'half-open', connection: 1, message: null },
  cluster: { event: 'cluster', node: 'n1', state: 'unreached', text: 'NATS is not reached' },
  worker: {
    event: 'worker',
    state: 'lost',
    worker: 2,
    pid: 4711,
    clients: 3,
    text: 'it was killed by SIGKILL',
  },
  stopped: { event: 'stopped' },
};

const BLOCK = {
  client: 'alice',
  block: 3,
  from: 10,
  to: 14,
  count: 5,
  bytes: 1602,
  elapsed_ms: 401.213,
  interval_ms: null,
  crc32: '0123abcd',
  interrupted: false,
  partial: true,
} as const;

const CLIENT_EVENTS: { readonly [E in ClientEvent['event']]: ClientEvent & { readonly event: E } } = {
  start: {
    event: 'start',
    client: 'alice',
    url: 'ws://127.0.0.1:8000/users',
    block: 5,
    count: null,
    log: null,
    resume_from: null,
    first_url: null,
    fsync: 'none',
    plain: false,
    as: null,
    verify: 'server',
    timing: false,
    heartbeat_ms: 15_000,
    give_up_ms: null,
    idle_timeout_ms: 30_000,
    duration_ms: null,
    once: false,
  },
  opened: { event: 'opened', client: 'alice' },
  connected: {
    event: 'connected',
    client: 'alice',
    stream: null,
    stream_id: null,
    from: 0,
    rate: null,
    t0_ms: null,
  },
  block: { event: 'block', ...BLOCK },
  mismatch: {
    event: 'mismatch',
    client: 'alice',
    block: 3,
    from: 10,
    to: 14,
    reason: 'CRC-32 is 0123abcd, should be 0123abce',
  },
  difference: {
    event: 'difference',
    client: 'alice',
    seq: 12,
    first_difference: { field: null, byte: 3, expected: '00', received: '01' },
  },
  finding: { event: 'finding', client: 'alice', kind: 'lost', from: 4, to: 6 },
  foreign: { event: 'foreign', client: 'alice', excerpt: '{"type":"heartbeat"}' },
  timed: {
    event: 'timed',
    client: 'alice',
    block: 3,
    latency_ms: 0.25,
    latency_from_send_ms: -0.01,
    clock_error_ms: 0.04,
  },
  disconnected: { event: 'disconnected', client: 'alice', code: 1006, reason: '', retry_ms: 150 },
  resumed: { event: 'resumed', client: 'alice', from: 15, after_ms: 1200.5 },
  end: {
    event: 'end',
    client: 'alice',
    verdict: 'failed',
    messages: 15,
    expected: 20,
    assumed_from: 10,
    from: 10,
    tail_known: true,
    checked: true,
    not_come: { from: 17, to: 19 },
    resembles: 'users?seed=9',
    lost: 1,
    repeated: 2,
    reordered: 3,
    corrupt: 4,
    foreign: 2,
    resumes: 5,
    blocks: 3,
    unverified_blocks: 1,
    duration_ms: 1500.25,
    error: 'messages were lost, repeated or out of order',
  },
};

const CHAOS_EVENTS: { readonly [E in ChaosEvent['event']]: ChaosEvent & { readonly event: E } } = {
  listening: { event: 'listening', url: 'ws://127.0.0.1:9000', to: 'ws://127.0.0.1:8000', chaos: 'cut=5s' },
  connect: { event: 'connect', connection: 1, remote: '127.0.0.1:40000' },
  fault: { event: 'fault', fault: 'drop', connection: 1, message: 100 },
  disconnect: { event: 'disconnect', connection: 1, error: null },
};

const PUBLISH_EVENTS: {
  readonly [E in PublishEvent['event']]: PublishEvent & { readonly event: E };
} = {
  start: {
    ...{ event: 'start', stream: 'users?seed=7', to: 'nats://127.0.0.1:4222/feed.users', from: 0 },
    ...{ count: 1000, rate: 'max', profile: 'constant' },
  },
  opened: { event: 'opened', holder: 'the JetStream stream FEED', held: 400, from: 400 },
  progress: { event: 'progress', sent: 512, acknowledged: 100, in_flight: 412, next: 500 },
  interrupted: { event: 'interrupted', error: 'no NATS server listens at 127.0.0.1:4222', retry_ms: 150 },
  end: {
    ...{ event: 'end', verdict: 'failed', sent: 600, acknowledged: 600, refused: 0, held_before: 400 },
    ...{ next: 1000, resumes: 0, duration_ms: 812.5, error: 'it ended early' },
  },
};

const SELFTEST_EVENTS: {
  readonly [E in SelftestEvent['event']]: SelftestEvent & { readonly event: E };
} = {
  case: {
    event: 'case',
    over: 'events',
    fault: 'drop',
    chaos: 'drop=@50',
    expected: 'lost 1',
    reported: 'lost 1',
    caught: true,
  },
  end: { event: 'end', verdict: 'passed', faults: 15, caught: 15 },
};

const VERIFY_EVENTS: { readonly [E in VerifyEvent['event']]: VerifyEvent & { readonly event: E } } = {
  start: {
    event: 'start',
    stream: 'users?seed=7',
    stream_id: '0123456789abcdef',
    file: null,
    from: null,
    count: 100,
    equal: 'bytes',
    order: 'sequential',
    repeats: 'refuse',
  },
  finding: {
    event: 'finding',
    kind: 'corrupt',
    from: 10,
    to: 14,
    first_line: 11,
    last_line: 15,
    first_difference: { field: 'name', byte: 60, expected: '"A"', received: '"B"' },
  },
  end: {
    event: 'end',
    verdict: 'failed',
    expected: 100,
    messages: 98,
    lost: 2,
    repeated: 0,
    reordered: 1,
    corrupt: 5,
    foreign: 3,
    stream: 'users?seed=7',
    from: 0,
    counted: true,
    equal: 'bytes',
    order: 'sequential',
    repeats: 'refuse',
    framing: 'lines',
    resembles: null,
    reserialised: 4,
    lines: 101,
  },
};

const RECORDS: { readonly run: RunRecord; readonly block: BlockRecord } = {
  run: {
    record: 'run',
    at: '2026-01-02T03:04:05.678901Z',
    tidemark: '0.1.0',
    url: 'ws://127.0.0.1:8000/users',
    client: 'alice',
    token: '0123456789abcdef',
    block: 5,
    count: 100,
    plain: false,
    stream: 'users?seed=7',
    stream_id: '0123456789abcdef',
    from: 0,
  },
  block: {
    record: 'block',
    at: '2026-01-02T03:04:05.678901Z',
    ...BLOCK,
    verified_through: 2,
    messages: [{ seq: 10, at: '2026-01-02T03:04:05.678901Z', data: '{"seq":10}' }],
  },
};

const stamped = <T extends object>(event: T) => ({ ...event, at });
/** Told by the command alone, of events that nobody read. */
const NOT_SHOWN = { event: 'not_shown', events: 3 };
const CONTRACTS = [
  { file: 'serve-events', examples: [...Object.values(SERVER_EVENTS), NOT_SHOWN].map(stamped) },
  { file: 'connect-events', examples: Object.values(CLIENT_EVENTS).map(stamped) },
  { file: 'chaos-events', examples: Object.values(CHAOS_EVENTS).map(stamped) },
  { file: 'verify-events', examples: Object.values(VERIFY_EVENTS).map(stamped) },
  { file: 'selftest-events', examples: Object.values(SELFTEST_EVENTS).map(stamped) },
  { file: 'publish-events', examples: Object.values(PUBLISH_EVENTS).map(stamped) },
  { file: 'log', examples: Object.values(RECORDS) },
] as const;

interface Schema {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, ObjectSchema>>;
  readonly oneOf: readonly { readonly $ref: string }[];
}

interface ObjectSchema {
  readonly additionalProperties: unknown;
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
}

function read(file: string): Schema {
  const url = new URL(`../schemas/${file}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Schema;
}

/** Compiled strictly, as someone who does not know the schema would. */
function compile(file: string): ValidateFunction {
  return new Ajv2020({ strict: true, allErrors: true }).compile(read(file));
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  const errors = validate(value) ? [] : validate.errors;
  expect(errors, JSON.stringify(value)).toEqual([]);
}

const parsed = (line: string) => JSON.parse(line) as unknown;
const without = (value: object, key: string) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

test('a run with several servers says which, in events and in its log', () => {
  const other_urls = ['ws://b/users', 'ws://c/users'];
  const events = compile('connect-events');
  const { start, connected, resumed, disconnected } = CLIENT_EVENTS;
  expectValid(events, stamped({ ...start, other_urls }));
  for (const event of [connected, resumed, disconnected])
    expectValid(events, stamped({ ...event, url: 'ws://b/users' }));
  expect(events(stamped({ ...start, other_urls: [] }))).toBe(false);
  const records = compile('log');
  expectValid(records, { ...RECORDS.run, other_urls });
  expectValid(records, { ...RECORDS.block, run_url: 'ws://a/users', run_other_urls: other_urls });
});

describe.each(CONTRACTS)('$file', ({ file, examples }) => {
  const schema = read(file);
  const validate = compile(file);

  test('has the id that its file name says', () => {
    expect(schema.$id).toBe(`https://tidemark.invalid/schemas/${file}.schema.json`);
  });

  test('describes every property and allows no other', () => {
    for (const [name, { additionalProperties, properties }] of Object.entries(schema.$defs)) {
      expect(additionalProperties, name).toBe(false);
      for (const [key, { description }] of Object.entries(properties)) {
        expect(description, `${name}.${key}`).toMatch(/\.$/);
      }
    }
  });

  test('has one schema for each kind of line', () => {
    const kinds = examples.map((example) => ('record' in example ? example.record : example.event));
    expect(schema.oneOf.map(({ $ref }) => $ref)).toEqual(kinds.map((kind) => `#/$defs/${kind}`));
  });

  test.each(examples.map((example) => JSON.stringify(example)))('takes %s', (line) => {
    expectValid(validate, parsed(line));
  });

  test.each(examples.map((example) => JSON.stringify(example)))('takes no key less or more: %s', (line) => {
    const example = parsed(line) as object;
    for (const key of Object.keys(example)) {
      expect(validate(without(example, key)), `without ${key}`).toBe(false);
      expect(validate({ ...example, [key]: { of: 'another type' } }), `${key} of another type`).toBe(false);
    }
    expect(validate({ ...example, more: 1 })).toBe(false);
  });

  test.each([{}, [], null, 1, 'listening', { event: 'unheard-of', at }, { record: 'unheard-of', at }])(
    'takes no %j',
    (value) => {
      expect(validate(value)).toBe(false);
    },
  );
});

describe('a message of a block record', () => {
  const validate = compile('log');
  const { messages, ...head } = RECORDS.block;
  const [message = { seq: 0, at }] = messages;
  const holding = (...held: object[]) => ({ ...head, messages: held });

  test.each(Object.keys(message))('needs %s', (key) => {
    expect(validate(holding(without(message, key)))).toBe(false);
  });

  test('is text or binary, not both', () => {
    const { data, ...bare } = message;
    expectValid(validate, holding(message, { ...bare, data_base64: 'AAEC' }));
    expect(validate(holding({ ...message, data_base64: 'AAEC' }))).toBe(false);
    expect(validate(holding({ ...bare, data_base64: '{}' }))).toBe(false);
    expect(validate(holding({ ...message, more: 1 }))).toBe(false);
  });

  test('is there at least once', () => {
    expect(validate(holding())).toBe(false);
  });
});

/** Events as they are told, and waits for them. */
class Told<E extends { readonly event: string }> {
  readonly events: E[] = [];
  readonly #watchers = new Set<() => void>();

  readonly tell = (event: E): void => {
    this.events.push(event);
    for (const watch of this.#watchers) watch();
  };

  /** Resolves once this many events have been told that are like this. */
  until(matches: (event: E) => boolean, count = 1): Promise<void> {
    return new Promise((resolve) => {
      const watch = () => {
        if (this.events.filter(matches).length < count) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  get names(): string[] {
    return [...new Set(this.events.map(({ event }) => event))];
  }
}

describe('what is really said', () => {
  const serverTold = new Told<ServerEvent>();
  const clientTold = new Told<ClientEvent>();
  const validServer = compile('serve-events');
  const validClient = compile('connect-events');
  const validLog = compile('log');

  async function started(options: ServeOptions = {}): Promise<TidemarkServer> {
    const server = await serve({ port: 0, ratePerSecond: 500, onEvent: serverTold.tell, ...options });
    onTestFinished(() => server.close());
    return server;
  }

  const run = (url: string | undefined, options: ConnectOptions) =>
    connect(url, { onEvent: clientTold.tell, ...options }).start();

  function expectAllValid(): void {
    for (const event of serverTold.events) expectValid(validServer, stamped(event));
    for (const event of clientTold.events) expectValid(validClient, stamped(event));
  }

  function expectLogValid(path: string): object[] {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    for (const line of lines) expectValid(validLog, parsed(line));
    return lines.map((line) => parsed(line) as object);
  }

  test('a run of users with a log, and the same log resumed', async () => {
    const server = await started();
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = `${server.url}/users?seed=7`;
    const first = run(url, { client: 'alice', block: 5, count: 12, log, timing: true });
    expect((await first.closed).verdict).toBe('proved');
    expect(expectLogValid(log)).toHaveLength(4);
    const second = run(undefined, { log, resume: true, count: 17 });
    expect((await second.closed).verdict).toBe('proved');
    expect(expectLogValid(log)).toHaveLength(5);
    expectAllValid();
  });

  test('binary messages as fast as they go', async () => {
    const server = await started();
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = `${server.url}/arrays?encoding=npy&shape=2&rate=max`;
    expect((await run(url, { client: 'numpy', block: 2, count: 4, log }).closed).verdict).toBe('proved');
    expect(JSON.stringify(expectLogValid(log))).toContain('data_base64');
    expectAllValid();
  });

  test('an outage: the server stops and another takes its place', async () => {
    const server = await started();
    const client = run(`${server.url}/users?rate=200`, { client: 'bob', block: 3 });
    await clientTold.until(({ event, client: who }) => event === 'block' && who === 'bob', 2);
    const { port } = server;
    await server.close();
    await clientTold.until(({ event }) => event === 'disconnected');
    await started({ port });
    await clientTold.until(({ event }) => event === 'resumed');
    await clientTold.until(({ event, client: who }) => event === 'block' && who === 'bob', 4);
    client.stop();
    expect((await client.closed).verdict).toBe('interrupted');
    expect(serverTold.events).toContainEqual(expect.objectContaining({ event: 'leave', reason: 'stopped' }));
    expectAllValid();
  });

  test('plain clients: one whose count has ended, one that vanishes, one that is shut out', async () => {
    const server = await started();
    const done = new WebSocket(`${server.url}/users?client=done&count=3&rate=max`);
    await once(done, 'close');
    const vanishing = new WebSocket(`${server.url}/?client=vanishing`);
    await once(vanishing, 'open');
    vanishing.send('hello \u001b[31m there');
    await serverTold.until(({ event }) => event === 'message');
    vanishing.terminate();
    const rude = new WebSocket(`${server.url}/?client=rude`);
    await once(rude, 'open');
    rude.send(Buffer.of(1, 2, 3));
    await once(rude, 'close');
    const leaving = new WebSocket(`${server.url}/?client=leaving`);
    await once(leaving, 'open');
    leaving.close(1000);
    for (const [client, reason] of [
      ['done', 'done'],
      ['vanishing', 'lost'],
      ['rude', 'refused'],
      ['leaving', 'left'],
    ]) {
      await serverTold.until(
        (event) => event.event === 'leave' && event.client === client && event.reason === reason,
      );
    }
    expectAllValid();
  });

  test('clients that are refused', async () => {
    const server = await started();
    const plain = new WebSocket(`${server.url}/users?rate=fast`);
    const [error] = (await once(plain, 'error')) as [Error];
    expect(error.message).toContain('400');
    const unknown = await run(`${server.url}/unheard-of`, { client: 'erin' }).closed;
    expect(unknown).toMatchObject({ verdict: 'failed', integrity: false });
    const holder = run(`${server.url}/users`, { client: 'carol' });
    await serverTold.until((event) => event.event === 'join' && event.client === 'carol');
    const second = await run(`${server.url}/users`, { client: 'carol' }).closed;
    expect(second.error).toContain('4409');
    holder.stop();
    await holder.closed;
    const refused = serverTold.events.filter(({ event }) => event === 'refuse');
    expect(refused.map((event) => 'code' in event && event.code)).toEqual(
      expect.arrayContaining([400, 4404, 4409]),
    );
    expectAllValid();
  });

  test('a client of a server that is not Tidemark', async () => {
    const other = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
    onTestFinished(() => {
      other.close();
    });
    other.on('connection', (socket) => {
      for (let message = 0; message < 4; message++) socket.send(`message ${message}`);
    });
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const log = join(temporaryFolder(), 'run.ndjson');
    const client = run(`ws://127.0.0.1:${port}/`, { client: 'frank', block: 2, count: 3, log });
    expect((await client.closed).verdict).toBe('unproved');
    expectLogValid(log);
    expectAllValid();
  });

  test('a block that is found wrong', async () => {
    const other = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => {
      other.close();
    });
    other.on('connection', (socket) => {
      const facts = {
        server: '0',
        client: 'dave',
        token: 't',
        stream: 'users?seed=1',
        rate: 'max',
        t0_ms: 0,
      };
      const ids = { stream_id: '0123456789abcdef', generator: 1, faker: '1', from: 0 };
      socket.send(`\u001e${JSON.stringify({ type: 'welcome', ...facts, ...ids })}`);
      socket.send('{"seq":0}');
      const reason = 'CRC-32 is 00000001, should be 00000002';
      const crcs = { expected_crc32: '00000002', received_crc32: '00000001' };
      socket.once('message', () => {
        socket.send(
          `\u001e${JSON.stringify({ type: 'mismatch', block: 1, from: 0, to: 0, ...crcs, reason })}`,
        );
      });
    });
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const client = run(`ws://127.0.0.1:${port}/`, { client: 'dave', block: 1, count: 1 });
    expect(await client.closed).toMatchObject({ verdict: 'failed', integrity: true, corrupt: 1 });
    expectAllValid();
  });

  test('harm that is done on purpose, by the server and by a proxy', async () => {
    const server = await started({ chaos: 'repeat=@2' });
    const proxyTold: ChaosEvent[] = [];
    const proxy = await startChaosProxy({ to: server.url, onEvent: (event) => proxyTold.push(event) });
    onTestFinished(() => proxy.close());
    const client = run(`${proxy.url}/users`, { client: 'grace', count: 5 });
    expect(await client.closed).toMatchObject({ verdict: 'failed', repeated: 1 });
    const checking = run(`${(await started({ chaos: 'flip=@2' })).url}/users`, {
      client: 'hugo',
      count: 5,
      verify: 'local',
    });
    expect(await checking.closed).toMatchObject({ verdict: 'failed', corrupt: 1 });
    await expect
      .poll(() => proxyTold.map(({ event }) => event))
      .toEqual(['listening', 'connect', 'disconnect']);
    const validProxy = compile('chaos-events');
    for (const event of proxyTold) expectValid(validProxy, stamped(event));
    expectAllValid();
  });

  test('a relay that adds a message of its own', async () => {
    const relay = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => {
      relay.close();
    });
    relay.on('connection', (socket) => {
      socket.send('{"type":"heartbeat"}');
      socket.close(1000);
    });
    await once(relay, 'listening');
    const { port } = relay.address() as AddressInfo;
    const options = { client: 'iris', plain: true, stream: 'users', count: 1 };
    const client = run(`ws://127.0.0.1:${port}/`, options);
    expect(await client.closed).toMatchObject({ verdict: 'failed', integrity: true, foreign: 1 });
    expectAllValid();
  });

  test('a server with workers, of which one dies', async () => {
    const processes = new TestProcesses();
    const primary = new Primary({ port: 0, onEvent: serverTold.tell }, 2, processes);
    await primary.listen();
    onTestFinished(() => primary.close());
    processes.all[0]?.kill();
    await serverTold.until((event) => event.event === 'worker' && event.state === 'lost');
    expectAllValid();
  });

  test('all of this has told every event that there is', () => {
    const ofOneServer = Object.keys(SERVER_EVENTS).filter((name) => name !== 'cluster'); // test/e2e/cluster.extended.test.ts
    expect(serverTold.names.toSorted()).toEqual(ofOneServer.toSorted());
    expect(clientTold.names.toSorted()).toEqual(Object.keys(CLIENT_EVENTS).toSorted());
  });
});
