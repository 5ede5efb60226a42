import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { open } from './open-socket.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

test('a client that does not answer is waited for 5 s at most', async () => {
  const port = await freePort();
  const server = await serveOn(port, '--ping', '10m'); // no ping ends it either
  const client = tidemark('connect', `ws://127.0.0.1:${port}/users`, '--json');
  await client.event('connected');
  client.kill('SIGSTOP');
  const stopMs = performance.now();
  server.kill('SIGTERM');
  expect((await server.exited).code).toBe(0);
  expect(performance.now() - stopMs).toBeGreaterThan(4500);
});

test('a flood is summed up on the terminal, is whole in --receipts and holds no feed back', {
  timeout: 120_000,
}, async () => {
  const FLOOD = 20_000;
  const port = await freePort();
  const receipts = join(temporaryFolder(), 'receipts.ndjson');
  const server = tidemark('serve', '--port', String(port), '--receipts', receipts);
  await server.line(/serves users/);
  const steady = tidemark(
    'connect',
    `ws://127.0.0.1:${port}/users?rate=100`,
    '--block-size',
    '100',
    '--count',
    '300',
    '--json',
  );
  await steady.event('connected');
  const { socket } = await open(`ws://127.0.0.1:${port}/users?client=flood&rate=0.1`);
  for (let number = 0; number < FLOOD; number++) socket.send(`text ${number}`);
  await server.line(/… and [\d,]+ more lines/);
  expect((await outcome(steady)).code).toBe(0);
  socket.close();
  await server.line(/flood left/);
  server.kill('SIGINT');
  await server.exited;
  const shown = server.stdout.filter((line) => line.includes('flood: text')).length;
  const heldBack = server.stdout
    .map((line) => /… and ([\d,]+) more line/.exec(line)?.[1]?.replaceAll(',', ''))
    .reduce((sum, count) => sum + Number(count ?? 0), 0);
  expect(shown).toBeLessThan(FLOOD / 2);
  expect(shown + heldBack).toBeGreaterThanOrEqual(FLOOD);
  const kept = readFileSync(receipts, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const texts = kept
    .filter(({ event, client }) => event === 'message' && client === 'flood')
    .map(({ text }) => text);
  expect(texts).toEqual(Array.from({ length: FLOOD }, (_, number) => `text ${number}`));
});

test('a reader of --json that stops holds back what clients say, not what they get; nothing is left out', {
  timeout: 120_000,
}, async () => {
  const FLOOD = 150_000;
  const port = await freePort();
  const server = await serveOn(port);
  server.process.stdout?.pause();
  const text = 'x'.repeat(100);
  const { socket } = await open(`ws://127.0.0.1:${port}/users?client=flood&rate=0.1`);
  for (let number = 0; number < FLOOD; number++) socket.send(text);
  const { socket: other, texts } = await open(
    `ws://127.0.0.1:${port}/bytes?size=64&rate=200&count=300&client=calm`,
  );
  await once(other, 'close'); // all of it came, although nobody read what the server had to tell
  expect(texts).toHaveLength(300);
  expect(socket.bufferedAmount).toBeGreaterThan(0); // the flood waits where it came from
  server.process.stdout?.resume();
  socket.close();
  await server.event('leave', ({ client }) => client === 'flood');
  server.kill('SIGTERM');
  await server.exited;
  const told = server.stdout.filter((line) => line.includes('"client":"flood","text":"xxx'));
  expect(told).toHaveLength(FLOOD);
});
