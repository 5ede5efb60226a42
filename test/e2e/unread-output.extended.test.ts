import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, PROGRAM, serveOn, tidemark } from './processes.ts';

/** A command whose stdout nobody reads; its stderr is read. */
function unread(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  return { child, exited: once(child, 'exit'), complaints: () => complaints };
}

const residentMiB = (pid = 0) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'a client whose events nobody reads keeps its memory, and ends by %s',
  async (signal) => {
    const port = await freePort();
    await serveOn(port);
    const { child, exited, complaints } = unread(
      ...['connect', `ws://127.0.0.1:${port}/bytes?size=35&rate=max`, '--block-size', '1', '--json'],
    );
    await expect.poll(complaints).toContain('connected');
    await settle(4000);
    const before = residentMiB(child.pid);
    await settle(3000);
    expect(residentMiB(child.pid) - before).toBeLessThan(40);
    child.kill(signal);
    expect(await exited).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
  },
);

test('a server whose events nobody reads ends by SIGTERM', async () => {
  const port = await freePort();
  const { child, exited } = unread('serve', '--port', String(port), '--json');
  const client = tidemark(
    'connect',
    `ws://127.0.0.1:${port}/bytes?size=35&rate=max`,
    '--block-size',
    '1',
    '--json',
  );
  await client.event('block');
  await settle(4000);
  child.kill('SIGTERM');
  expect(await exited).toEqual([143, null]); // not 0: what nobody read is lost
});
