import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectClientKillsSurvived } from './client-kills.ts';
import { readLog } from './logs.ts';
import { LINES } from './over.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

test('the client killed with -9 twice and resumed: each seq once in its log, PROVED', () =>
  expectClientKillsSurvived(2, 600));

test('the same over HTTP, as lines, which the log keeps', () => expectClientKillsSurvived(2, 600, LINES));

test('a torn last line is dropped and its messages are fetched again', async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const first = tidemark(
    'connect',
    url,
    '--client',
    'bob',
    '--block-size',
    '10',
    '--count',
    '40',
    '--log',
    log,
  );
  expect((await outcome(first)).code).toBe(0);
  const whole = readFileSync(log, 'utf8');
  writeFileSync(log, whole.slice(0, -100)); // as if killed while it wrote the last block
  const second = await outcome(tidemark('connect', '--log', log, '--resume'));
  expect(second.stdout).toMatch(/^PROVED 40 of 40 messages: lost 0, repeated 0/m);
  expect(second.code).toBe(0);
  expect(readLog(log).seqs).toEqual(Array.from({ length: 40 }, (_, seq) => seq));
});
