import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage } from './page.ts';
import { freePort, outcome, type Process, serveOn, tidemark } from './processes.ts';

const COUNT = 500;
const BLOCK = 5;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** No unsafe-…, and nothing but what is asked for. */
function policy(port: number): string {
  return `default-src 'none'; script-src 'self'; connect-src ws://127.0.0.1:${port} http://127.0.0.1:${port}; worker-src 'self'`;
}

const CARRIAGES = [
  { name: 'WebSocket', scheme: 'ws', options: {} },
  { name: 'events', scheme: 'http', options: {} },
  { name: 'lines', scheme: 'http', options: { as: 'lines' } },
];

test.each(CARRIAGES)(
  'a page over $name goes on when its server is killed, and is proved',
  async ({ scheme, options }) => {
    const port = await freePort();
    const { take, taken, complaints } = await openPage(browser, { policy: policy(port) });
    const servers: Process[] = [await serveOn(port)];
    const url = `${scheme}://127.0.0.1:${port}/users?seed=7&rate=100`;
    await take(url, { client: 'page', block: BLOCK, count: COUNT, ...options });
    for (const kills of [1, 2]) {
      await expect.poll(async () => (await taken()).seqs.length).toBeGreaterThan(kills * 100);
      await servers.at(-1)?.killNow();
      servers.push(await serveOn(port));
    }
    await expect.poll(async () => (await taken()).verdict).toBeDefined();
    const { seqs, texts, events, verdict } = await taken();
    expect(verdict).toMatchObject({
      verdict: 'proved',
      messages: COUNT,
      expected: COUNT,
      blocks: COUNT / BLOCK,
    });
    expect(seqs).toEqual(Array.from({ length: COUNT }, (_, seq) => seq));
    const { stdout } = await outcome(tidemark('gen', 'users?seed=7', '--count', String(COUNT)));
    expect(texts.join('\n')).toBe(stdout);
    expect(events.filter(({ event }) => event === 'resumed')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      verdict: 'proved',
      lost: 0,
      repeated: 0,
      corrupt: 0,
    });
    await servers.at(-1)?.event('leave', ({ client, reason }) => client === 'page' && reason === 'done');
    await servers.at(-1)?.killNow();
    const blocks = new Set(
      servers.flatMap((server) =>
        server.events
          .filter(({ event, text, block }) => event === 'receipt' && isSentence(text, block))
          .map(({ block }) => block),
      ),
    );
    // A server that is killed may have answered a block that it had not printed.
    expect(blocks.size).toBeGreaterThan((COUNT / BLOCK) * 0.9);
    expect(blocks).toContain(COUNT / BLOCK);
    expect(complaints.filter((complaint) => !/net::ERR_|WebSocket connection/.test(complaint))).toEqual([]);
  },
);

test.each([...CARRIAGES, { name: 'WebSocket, in a worker', scheme: 'ws', options: { verify: 'local' } }])(
  'a page over $name goes on at the other server when its own is killed',
  async ({ scheme, options }) => {
    const ports = [await freePort(), await freePort()];
    const servers = await Promise.all(ports.map((port) => serveOn(port)));
    const { take, taken } = await openPage(browser, { policy: '' });
    const urls = ports.map((port) => `${scheme}://127.0.0.1:${port}/users?seed=7&rate=100`);
    await take(urls, { client: 'page', block: BLOCK, count: 200, ...options });
    await expect.poll(async () => (await taken()).seqs.length).toBeGreaterThan(20);
    await servers[0]?.killNow();
    await expect.poll(async () => (await taken()).verdict).toBeDefined();
    const { seqs, events, verdict } = await taken();
    expect(verdict).toMatchObject({ verdict: 'proved', messages: 200, resumes: 1 });
    expect(seqs).toEqual(Array.from({ length: 200 }, (_, seq) => seq));
    expect(events.find(({ event }) => event === 'resumed')).toMatchObject({ url: urls[1] });
  },
);

test('a page finds a path over WebSocket that is half open, and goes on', async () => {
  const server = await serveOn(0, '--chaos', 'half-open=@30');
  const { url } = await server.event('listening');
  const { take, taken } = await openPage(browser, { policy: '' });
  await take(`${url}/users?seed=7&rate=20`, { client: 'page', count: 60, heartbeatMs: 1000 });
  await expect.poll(async () => (await taken()).verdict).toBeDefined();
  const { seqs, events, verdict } = await taken();
  expect(verdict).toMatchObject({ verdict: 'proved', messages: 60 });
  expect(seqs).toEqual(Array.from({ length: 60 }, (_, seq) => seq));
  const lost = events.find(({ event }) => event === 'disconnected');
  expect(lost).toMatchObject({ reason: 'nothing heard for two heartbeats' });
});

const WASM = "script-src 'self' 'wasm-unsafe-eval'";

test('a page checks messages itself, in a worker, and a server that lies is found', async () => {
  const port = await freePort();
  const { take, taken, complaints } = await openPage(browser, {
    policy: policy(port),
    workerPolicy: policy(port).replace("script-src 'self'", WASM),
  });
  const servers = [await serveOn(port)];
  const options = { client: 'page', block: BLOCK, count: COUNT, verify: 'local' };
  await take(`ws://127.0.0.1:${port}/users?seed=7&rate=100`, options);
  await expect.poll(async () => (await taken()).seqs.length).toBeGreaterThan(100);
  await servers[0]?.killNow();
  servers.push(await serveOn(port));
  await expect.poll(async () => (await taken()).verdict).toBeDefined();
  const { seqs, texts, events, verdict } = await taken();
  expect(verdict).toMatchObject({ verdict: 'proved', messages: COUNT, checked: true });
  expect(seqs).toEqual(Array.from({ length: COUNT }, (_, seq) => seq));
  const { stdout } = await outcome(tidemark('gen', 'users?seed=7', '--count', String(COUNT)));
  expect(texts.join('\n')).toBe(stdout);
  expect(events[0]).toMatchObject({ event: 'start', client: 'page', verify: 'local' });
  expect(events.filter(({ event }) => event === 'resumed')).toHaveLength(1);

  const lies = await serveOn(await freePort(), '--chaos', 'flip=@50');
  const { url } = await lies.event('listening');
  const other = await openPage(browser, {
    policy: "default-src 'none'; script-src 'self'; connect-src ws:; worker-src 'self'",
    workerPolicy: `default-src 'none'; ${WASM}; connect-src ws:`,
  });
  await other.take(`${url}/users?seed=7&rate=max`, { ...options, count: 100 });
  await expect.poll(async () => (await other.taken()).verdict).toBeDefined();
  const found = await other.taken();
  expect(found.verdict).toMatchObject({ verdict: 'failed', corrupt: 1 });
  expect(found.events.find(({ event }) => event === 'difference')).toMatchObject({ seq: expect.any(Number) });
  expect(complaints.filter((complaint) => !/net::ERR_|WebSocket connection/.test(complaint))).toEqual([]);
});

test('a run that can not be checked ends with the reason: without WebAssembly, a worker, or such a stream', async () => {
  const server = await serveOn(0);
  const { url } = await server.event('listening');
  const strict = "default-src 'none'; script-src 'self'; connect-src ws:; worker-src 'self'";
  const options = { client: 'page', count: 5, verify: 'local' };
  const cases = [
    { policy: strict, workerPolicy: strict, path: 'users', says: /wasm-unsafe-eval/ },
    { policy: strict.replace("worker-src 'self'", "worker-src 'none'"), path: 'users', says: /worker/ },
    { policy: strict, workerPolicy: strict, path: 'arrays?shape=x', says: /shape must be/ },
  ];
  for (const { path, says, ...policies } of cases) {
    const { take, taken } = await openPage(browser, policies);
    await take(`${url}/${path}`, options);
    await expect.poll(async () => (await taken()).verdict).toBeDefined();
    const { verdict, events } = await taken();
    expect(verdict).toMatchObject({ verdict: 'failed', error: expect.stringMatching(says) });
    expect(events.at(-1)).toMatchObject({ event: 'end', error: expect.stringMatching(says) });
  }
});

function isSentence(text: unknown, block: unknown): boolean {
  return new RegExp(`^Client page received ${block} block in .* time$`).test(String(text));
}
