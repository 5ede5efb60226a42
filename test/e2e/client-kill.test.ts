import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { freePort, outcome, pause, serveOn, temporaryFolder, tidemark } from './processes.ts';

const KILLS = 25;
const COUNT = 3000;

test(`the client killed with -9 ${KILLS} times and resumed: each seq once in its log, PROVED`, {
  timeout: 180_000,
}, async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?seed=9&rate=300`;
  let client = tidemark(
    'connect',
    url,
    '--client',
    'alice',
    '--block',
    '4',
    '--count',
    String(COUNT),
    '--log',
    log,
    '--json',
  );
  for (let kill = 0; kill < KILLS; kill++) {
    await client.event('block');
    await pause(Math.random() * 300);
    expect(client.running, 'the kills came while it ran').toBe(true);
    await client.killNow();
    client = tidemark('connect', '--log', log, '--resume', '--json');
  }
  const { code } = await outcome(client);
  expect(client.events.at(-1)).toMatchObject({
    event: 'end',
    verdict: 'proved',
    messages: COUNT,
    expected: COUNT,
  });
  expect(code).toBe(0);
  const generated = await outcome(tidemark('gen', 'users?seed=9', '--count', String(COUNT)));
  const { seqs, text, blocks } = readLog(log);
  expect(seqs).toEqual(Array.from({ length: COUNT }, (_, seq) => seq));
  expect(text === `${generated.stdout}\n`, 'the log equals tidemark gen').toBe(true);
  expect(blocks.map(({ block }) => block)).toEqual(blocks.map((_, index) => index + 1));
});

test('a torn last line is dropped and its messages are fetched again', async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const first = tidemark('connect', url, '--client', 'bob', '--block', '10', '--count', '40', '--log', log);
  expect((await outcome(first)).code).toBe(0);
  const whole = readFileSync(log, 'utf8');
  writeFileSync(log, whole.slice(0, -100)); // as if killed while it wrote the last block
  const second = await outcome(tidemark('connect', '--log', log, '--resume'));
  expect(second.stdout).toMatch(/^PROVED 40 of 40 messages: lost 0, repeated 0/m);
  expect(second.code).toBe(0);
  expect(readLog(log).seqs).toEqual(Array.from({ length: 40 }, (_, seq) => seq));
});
