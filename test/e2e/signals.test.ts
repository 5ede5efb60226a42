import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort, serveOn, temporaryFolder, tidemark } from './processes.ts';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)('%s ends a client with its verdict, and with %d', async (signal, code) => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const client = tidemark('connect', `ws://127.0.0.1:${port}/users?rate=100`, '--log', log);
  await client.line(/block 2/);
  client.kill(signal);
  expect(await client.exited).toEqual({ code, signal: null });
  expect(client.stdout.at(-2)).toMatch(/^go on with: /);
  expect(client.stdout.at(-1)).toMatch(/^INTERRUPTED \d+ of \d+ messages/);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops a server and a proxy', async (signal) => {
  const port = await freePort();
  const server = await serveOn(port);
  const proxy = tidemark('chaos', '--listen', '127.0.0.1:0', '--to', `ws://127.0.0.1:${port}`, '--json');
  await proxy.event('listening');
  for (const command of [proxy, server]) {
    command.kill(signal);
    expect(await command.exited).toEqual({ code: 0, signal: null });
  }
  expect(server.events.at(-1)?.event).toBe('stopped');
});

test('a second signal ends a client that still waits', async () => {
  const client = tidemark('connect', `ws://127.0.0.1:${await freePort()}/users`, '--json');
  await client.event('disconnected');
  client.process.stdout?.pause();
  client.kill('SIGINT');
  client.kill('SIGTERM');
  expect([130, 143]).toContain((await client.exited).code);
});
