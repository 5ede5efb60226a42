import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { connect } from '../../src/client/connect.ts';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import type { ClientEvent, DifferenceEvent } from '../../src/client/run/client-event.ts';
import { serve } from '../../src/server/serve.ts';
import { openStream } from '../../src/stream/stream.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const stream = openStream('users?seed=7');
const message = (seq: number) => new TextDecoder().decode(stream.message(seq));

/** Somebody's own relay: no Tidemark server, sends what it is told on each connection. */
async function relay(...connections: string[][]): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
  onTestFinished(() => {
    server.close();
    for (const socket of server.clients) socket.terminate();
  });
  server.on('connection', (socket) => {
    for (const text of connections.shift() ?? []) socket.send(text);
    if (connections.length > 0) socket.close(1012);
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
}

async function ran(url: string, options: ConnectOptions) {
  const told: ClientEvent[] = [];
  const run = connect(url, {
    block: 5,
    client: 'alice',
    onEvent: (event) => told.push(event),
    ...options,
  }).start();
  onTestFinished(() => run.stop());
  const verdict = await run.closed;
  const differences = told.filter((event): event is DifferenceEvent => event.event === 'difference');
  return { verdict, differences, told };
}

async function served(chaos = ''): Promise<string> {
  const server = await serve({ port: 0, encoders: 0, ratePerSecond: Number.POSITIVE_INFINITY, chaos });
  onTestFinished(() => server.close());
  return server.url;
}

const LOCAL = { verify: 'local' } as const;
const RELAYED = { ...LOCAL, plain: true, stream: 'users?seed=7' } as const;
const messages = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => message(from + index));

describe('of a Tidemark server', () => {
  test('proves a run, block by block and message by message', async () => {
    const url = await served();
    for (const name of ['users?seed=7', 'users', 'arrays?shape=3&encoding=npy', 'bytes?size=100']) {
      const { verdict, differences } = await ran(`${url}/${name}`, { ...LOCAL, count: 1000 });
      expect(verdict, name).toMatchObject({ verdict: 'proved', messages: 1000, corrupt: 0 });
      expect(differences).toEqual([]);
    }
  });

  test('finds one wrong message, counts it alone, and shows where it differs', async () => {
    const { verdict, differences } = await ran(`${await served('truncate=@30')}/users?seed=7`, {
      ...LOCAL,
      count: 100,
    });
    expect(verdict).toMatchObject({ verdict: 'failed', integrity: true, corrupt: 1, lost: 0 });
    expect(differences).toMatchObject([{ seq: 29 }]);
    expect(differences[0]?.first_difference.byte).toBeGreaterThan(0);
  });

  test('refuses a server that sends another stream than was asked for', async () => {
    const { verdict } = await ran(`${await served()}/users?seed=8`, {
      ...LOCAL,
      count: 10,
      stream: 'users?seed=7',
    });
    expect(verdict).toMatchObject({ verdict: 'failed', integrity: true });
    expect(verdict.error).toContain('where users?seed=7');
  });
});

describe('of anything that carries the stream', () => {
  test('proves what came, from the first message on', async () => {
    const { verdict, told } = await ran(await relay(messages(500, 20)), { ...RELAYED, count: 20 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20, expected: 20 });
    expect(told.find(({ event }) => event === 'connected')).toMatchObject({ from: 500, stream: null });
  });

  test('finds what is lost, repeated, late and corrupt', async () => {
    const sent = messages(0, 20);
    sent[3] = (sent[3] ?? '').replace(/"email":"./, '"email":"?');
    const late = [...sent.slice(0, 6), ...sent.slice(8, 12), sent[6] ?? '', sent[2] ?? '', ...sent.slice(12)];
    const { verdict, differences, told } = await ran(await relay(late), { ...RELAYED, count: 20 });
    const findings = told.filter((event) => event.event === 'finding');
    expect(findings.map(({ kind, from, to }) => `${kind} ${from}-${to}`)).toEqual([
      'lost 6-7',
      'reordered 6-6',
      'repeated 2-2',
    ]);
    expect(verdict).toMatchObject({
      verdict: 'failed',
      lost: 1,
      reordered: 1,
      repeated: 1,
      corrupt: 1,
      integrity: true,
    });
    expect(differences).toMatchObject([{ seq: 3, first_difference: { field: 'email' } }]);
  });

  test('takes a message whose seq is damaged for the one that was due', async () => {
    const sent = messages(0, 10);
    sent[4] = message(4).replace('"seq":4', '"seq":9');
    const { verdict, differences } = await ran(await relay(sent), { ...RELAYED, count: 10 });
    expect(verdict).toMatchObject({ verdict: 'failed', lost: 0, repeated: 0, corrupt: 1 });
    expect(differences).toMatchObject([{ seq: 4, first_difference: { field: 'seq' } }]);
  });

  test('tells the first of several wrong ones in a row', async () => {
    const other = openStream('users?seed=8');
    const sent = messages(0, 10).map((text, seq) => {
      return seq >= 3 && seq < 7 ? new TextDecoder().decode(other.message(seq)) : text;
    });
    const { verdict, differences } = await ran(await relay(sent), { ...RELAYED, count: 10 });
    expect(verdict.corrupt).toBe(4);
    expect(differences.map(({ seq }) => seq)).toEqual([3]);
  });

  test('what a relay left out over an outage is lost', async () => {
    const { verdict } = await ran(await relay(messages(5, 7), messages(15, 10)), { ...RELAYED, count: 20 });
    expect(verdict).toMatchObject({ verdict: 'failed', messages: 17, lost: 3, resumes: 1 });
  });

  test('goes on from its log', async () => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = await relay(messages(5, 10), messages(15, 10));
    const first = await ran(url, { ...RELAYED, count: 10, log });
    expect(first.verdict.verdict).toBe('proved');
    const { verdict } = await ran(url, { ...RELAYED, count: 20, log, resume: true });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20 });
  });
});

test.each([{ ...LOCAL }, { ...LOCAL, stream: 'orders' }, { stream: 'users' }])(
  'refuses %j, of a URL that names no stream, before it connects',
  (options) => {
    expect(() => connect('ws://127.0.0.1:1/feed', options)).toThrow(/stream/);
  },
);

describe('a run that is gone on with', () => {
  const range = (from: number, count: number) => messages(from, count);

  /** A run through a relay of these messages, which was stopped at the end of a block; gives its log. */
  async function interrupted(...sent: string[]): Promise<string> {
    const log = join(temporaryFolder(), 'run.ndjson');
    const run = connect(await relay(sent), {
      ...{ ...RELAYED, client: 'alice', block: 5, count: 20, log },
      onBlock: ({ block }) => {
        if (block === sent.length / 5) run.stop();
      },
    });
    await run.start().closed;
    return log;
  }

  test('is proved as it would have been without the break, though nothing but its log is named', async () => {
    const log = await interrupted(...range(0, 10));
    const { verdict } = await ran(await relay(range(10, 10)), { client: 'alice', log, resume: true });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20, expected: 20, resumes: 1 });
  });

  test('has not lost sight of what is missing between its processes, nor before', async () => {
    const log = await interrupted(...range(0, 3), ...range(4, 7));
    const { verdict, told } = await ran(await relay(range(13, 7)), { client: 'alice', log, resume: true });
    expect(verdict).toMatchObject({ verdict: 'failed', messages: 17, lost: 3, integrity: true });
    expect(told).toContainEqual({ event: 'finding', client: 'alice', kind: 'lost', from: 3, to: 3 });
    expect(told).toContainEqual({ event: 'finding', client: 'alice', kind: 'lost', from: 11, to: 12 });
  });

  test('has not forgotten that a message was wrong', async () => {
    const log = await interrupted(...range(0, 4), message(4).replace('"name"', '"game"'));
    const { verdict } = await ran(await relay(range(5, 15)), { client: 'alice', log, resume: true });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 1, integrity: true });
  });

  test('is refused if a message of its log was altered, with a digest that fits', async () => {
    const log = await interrupted(...range(0, 10));
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const block = JSON.parse(lines[1] ?? '') as { messages: { data: string }[]; crc32: string };
    const [first] = block.messages;
    if (first !== undefined) first.data = first.data.replace('"name"', '"game"');
    const crc = block.messages.reduce((sum, { data }) => crc32(`${data}\n`, sum), 0);
    block.crc32 = crc.toString(16).padStart(8, '0');
    writeFileSync(log, `${[lines[0], JSON.stringify(block), lines[2]].join('\n')}\n`);
    expect(() => connect(undefined, { log, resume: true })).toThrow(
      'the messages of block 1 are not those that were logged',
    );
  });

  test.each<[ConnectOptions, RegExp]>([
    [{ verify: 'server' }, /^verify was "local" when the run in the log began/],
    [{ plain: false }, /^plain was on when/],
    [{ stream: 'users?seed=8' }, /^stream was "users\?seed=7" when/],
    [{ count: 15 }, /^count must be at least 20, which the run in the log was to take, got "15"/],
  ])('with another setting is refused: %j', async (options, sentence) => {
    const log = await interrupted(...range(0, 5));
    expect(() => connect(undefined, { log, resume: true, ...options })).toThrow(sentence);
    expect(existsSync(`${log}.lock`)).toBe(false);
  });
});

test('a log of a Tidemark server is not gone on with as a plain one', async () => {
  const log = join(temporaryFolder(), 'run.ndjson');
  await ran(await served(), { count: 10, log });
  expect(() => connect(undefined, { log, resume: true, plain: true })).toThrow(/^plain was not set when/);
});

describe('where a run begins that no server tells it', () => {
  const range = (from: number, count: number) => messages(from, count);

  test('is where its first message is, and the verdict says so', async () => {
    const { verdict, told } = await ran(await relay(range(10, 20)), { ...RELAYED, count: 20 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20, assumedFrom: 10 });
    expect(told.at(-1)).toMatchObject({ event: 'end', assumed_from: 10 });
  });

  test('can be said: what is missing from there on is lost', async () => {
    const { verdict } = await ran(await relay(range(10, 15)), { ...RELAYED, count: 15, from: 5 });
    expect(verdict).toMatchObject({ verdict: 'failed', messages: 10, lost: 5 });
    expect(verdict).not.toHaveProperty('assumedFrom');
  });

  test('can be said: what is before it is passed over', async () => {
    const { verdict } = await ran(await relay(range(0, 20)), { ...RELAYED, count: 15, from: 5 });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 15, foreign: 0 });
  });

  test('is not forgotten when it is gone on with', async () => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const run = connect(await relay(range(10, 5)), {
      ...{ ...RELAYED, client: 'alice', block: 5, count: 20, log },
      onBlock: () => run.stop(),
    });
    await run.start().closed;
    const { verdict } = await ran(await relay(range(15, 15)), { client: 'alice', log, resume: true });
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 20, assumedFrom: 10 });
    expect(() => connect(undefined, { log, resume: true, from: 0 })).toThrow(/^from was not set when/);
  });

  test('is found to be earlier, also by the process that goes on with it', async () => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const run = connect(await relay([...range(10, 5), ...range(5, 2)]), {
      ...{ ...RELAYED, client: 'alice', block: 7, count: 15, log },
      onBlock: () => run.stop(),
    });
    await run.start().closed;
    const { verdict } = await ran(await relay([...range(7, 3), ...range(15, 5)]), {
      ...{ client: 'alice', log, resume: true },
    });
    expect(verdict).toMatchObject({ verdict: 'failed', messages: 15, expected: 15, from: 5 });
    expect(verdict).toMatchObject({ lost: 0, repeated: 0, reordered: 5, foreign: 0 });
  });

  test.each<[ConnectOptions, RegExp]>([
    [{ from: 5 }, /^from must be left out without plain and verify local/],
    [{ ...RELAYED, from: -1 }, /^from must be an integer from 0/],
  ])('is refused elsewhere: %j', (options, sentence) => {
    expect(() => connect('ws://127.0.0.1:1/users', options)).toThrow(sentence);
  });
});

test('foreign messages of an earlier process are counted', async () => {
  const log = join(temporaryFolder(), 'run.ndjson');
  const run = connect(await relay([...messages(0, 2), '{"type":"heartbeat"}', ...messages(2, 3)]), {
    ...{ ...RELAYED, client: 'alice', block: 5, count: 10, log },
    onBlock: () => run.stop(),
  });
  await run.start().closed;
  const { verdict } = await ran(await relay(messages(5, 5)), { client: 'alice', log, resume: true });
  expect(verdict).toMatchObject({ verdict: 'failed', foreign: 1, messages: 10 });
});

describe('says which stream it is', () => {
  const wrongSeed = { ...RELAYED, stream: 'users?seed=8', count: 20 };

  test('if none of the messages is right, and it is found', async () => {
    const { verdict, told } = await ran(await relay(messages(0, 20)), wrongSeed);
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 20, resembles: 'users?seed=7' });
    expect(told.at(-1)).toMatchObject({ event: 'end', resembles: 'users?seed=7' });
    const arrays = openStream('arrays?shape=3&seed=5');
    const others = Array.from({ length: 20 }, (_, seq) => new TextDecoder().decode(arrays.message(seq)));
    const other = await ran(await relay(others), { ...wrongSeed, once: true, idleTimeoutMs: 500 });
    expect(other.verdict.resembles).toBe(arrays.name);
  });

  test('and not if any is right', async () => {
    const mixed = [
      ...messages(0, 10),
      ...messages(10, 10).map((text) => text.replace(/"name":"./, '"name":"?')),
    ];
    const { verdict, told } = await ran(await relay(mixed), { ...RELAYED, count: 20 });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 10 });
    expect(verdict).not.toHaveProperty('resembles');
    expect(told.at(-1)).toMatchObject({ event: 'end', resembles: null });
  });
});
