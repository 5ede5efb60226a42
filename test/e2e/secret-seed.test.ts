import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort, outcome, temporaryFolder, tidemark } from './processes.ts';

function secretFile(text: string): string {
  const path = join(temporaryFolder(), 'secret');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const SECRET = 'the secret that nobody sees';

async function served(path: string, port: number, ...options: string[]) {
  const server = tidemark('serve', '--port', String(port), '--secret-seed-file', path, '--json', ...options);
  await server.event('listening');
  return server;
}

test('a stream of a secret seed is proved, gone on with by another server, and shows the secret nowhere', async () => {
  const port = await freePort();
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const server = await served(secretFile(SECRET), port, '--encoders', '1');
  const first = await outcome(
    tidemark('connect', url, '--count', '5000', '--block-size', '500', '--log', log, '--json'),
  );
  expect(first.code).toBe(0);
  server.kill('SIGKILL');
  await outcome(server);
  const again = await served(secretFile(SECRET), port);
  const second = await outcome(tidemark('connect', '--log', log, '--resume', '--count', '9000', '--json'));
  expect(second.code).toBe(0);
  expect(second.stdout).toContain('"verdict":"proved","messages":9000');
  again.kill('SIGTERM');
  const said = [first, second, await outcome(again)].map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(said).toContain('users?seed=secret:');
  expect(said).not.toContain(SECRET);
  // Who has the secret can check the log, and nobody else.
  const name = /users\?seed=secret:[0-9a-f]{16}/.exec(said)?.[0] ?? '';
  const checked = await outcome(tidemark('verify', name, log, '--secret-seed-file', secretFile(SECRET)));
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('PROVED 9,000 of 9,000')]);
  const unknown = await outcome(tidemark('verify', name, log));
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('no secret seed is known here'),
  ]);
});

test('who has the secret checks every message without trust in the server', async () => {
  const port = await freePort();
  const server = await served(secretFile(SECRET), port, '--chaos', 'flip=@20');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const local = ['--count', '100', '--block-size', '50', '--verify', 'local', '--json'];
  const harmed = await outcome(tidemark('connect', url, ...local, '--secret-seed-file', secretFile(SECRET)));
  expect(harmed.stdout).toMatch(/"event":"difference".*"seq":19,/);
  expect(harmed.code).toBe(2);
  const proved = await outcome(tidemark('connect', url, ...local, '--secret-seed-file', secretFile(SECRET)));
  expect([proved.code, proved.stdout]).toEqual([
    0,
    expect.stringContaining('"verdict":"proved","messages":100'),
  ]);
  const other = await outcome(
    tidemark('connect', url, ...local, '--secret-seed-file', secretFile('another secret of its own')),
  );
  expect([other.code, other.stdout]).toEqual([
    2,
    expect.stringMatching(/the server sends users\?seed=secret:/),
  ]);
  const useless = await outcome(tidemark('connect', url, '--secret-seed-file', secretFile(SECRET)));
  expect([useless.code, useless.stderr]).toEqual([1, expect.stringContaining('--verify local')]);
  server.kill('SIGTERM');
  expect((await outcome(server)).stdout).not.toContain(SECRET);
});

test('a server with another secret ends the run', async () => {
  const port = await freePort();
  const server = await served(secretFile(SECRET), port);
  const client = tidemark('connect', `ws://127.0.0.1:${port}/users?rate=50`, '--json');
  await client.event('block');
  server.kill('SIGKILL');
  await outcome(server);
  await served(secretFile('another secret of its own'), port);
  const { code, stdout } = await outcome(client);
  expect(stdout).toContain('stream differs');
  expect(code).toBe(2);
});

test.each([
  ['too short', 'short', 0o600, 'a secret seed must have 16 to 4096 bytes, got 5'],
  ['readable by others', SECRET, 0o644, 'has mode 644'],
])('a file that is %s is refused', async (_, text, mode, told) => {
  const path = secretFile(text);
  chmodSync(path, mode);
  const { code, stderr } = await outcome(tidemark('serve', '--port', '0', '--secret-seed-file', path));
  expect(stderr).toContain(told);
  expect(stderr).not.toContain(text);
  expect(code).toBe(1);
});
