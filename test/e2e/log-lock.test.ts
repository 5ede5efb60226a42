import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

test('a log that a process writes is refused to another one, which is told who has it; kill -9 frees it', async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=100`;
  const first = tidemark('connect', url, '--client', 'al', '--block-size', '10', '--log', log);
  await first.line(/block 1/);
  for (const args of [['--resume'], ['--client', 'bo']]) {
    const second = await outcome(tidemark('connect', url, '--log', log, ...args));
    expect(second.stderr).toMatch(
      new RegExp(
        `^tidemark: --log ${log} is being written by process ${first.pid}, since 20.*Z: end that run first`,
      ),
    );
    expect(second.code).toBe(1);
  }
  await first.killNow();
  expect(existsSync(`${log}.lock`)).toBe(true);
  const third = tidemark('connect', '--log', log, '--resume', '--json');
  await third.event('block');
  third.kill('SIGINT');
  expect((await outcome(third)).code).toBe(130);
  expect(existsSync(`${log}.lock`)).toBe(false);
  const { seqs } = readLog(log);
  expect(seqs).toEqual(Array.from(seqs, (_, seq) => seq));
});
