import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { freePort, outcome, PROGRAM, Process, serveOn, temporaryFolder, tidemark } from './processes.ts';

test('a disk that fills up: what is reported is in the log, exit 1, and the run can go on', async () => {
  const port = await freePort();
  const server = await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const options = ['--client', 'fay', '--block-size', '10', '--count', '500', '--log', log];
  // A file may grow to 64 KiB here; beyond it the kernel writes a part, and then refuses.
  const script = `trap '' XFSZ; ulimit -f 64; exec "$@"`;
  const limited = new Process('bash', [
    '-c',
    script,
    'bash',
    process.execPath,
    PROGRAM,
    'connect',
    url,
    ...options,
  ]);
  const { code, stdout } = await outcome(limited);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAILED .*run\.ndjson can't be written: .*\(EFBIG\)/m);
  expect(statSync(log).size).toBe(65_536); // the last line is torn
  const whole = readFileSync(log, 'utf8').split('\n').length - 2;
  await server.event('leave');
  server.kill('SIGTERM');
  await server.exited;
  const receipts = server.events.filter(({ event }) => event === 'receipt');
  expect(receipts.length).toBeLessThanOrEqual(whole);
  expect(receipts.every(({ verified }) => verified === true)).toBe(true);
  await serveOn(port);
  const resumed = await outcome(tidemark('connect', '--log', log, '--resume'));
  expect(resumed.stdout).toMatch(/^PROVED 500 of 500 messages/m);
  expect(readLog(log).seqs).toEqual(Array.from({ length: 500 }, (_, seq) => seq));
});

test('a log on a full device is told, exit 1', async () => {
  const server = await serveOn(0);
  const { url } = await server.event('listening');
  const full = await outcome(tidemark('connect', `${url}/users?rate=100`, '--log', '/dev/full'));
  expect(full.stdout).toMatch(/^FAILED .*\/dev\/full can't be written: .*\(ENOSPC\)/m);
  expect(full.code).toBe(1);
});
