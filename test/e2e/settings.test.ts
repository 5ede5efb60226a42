import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outcome, PROGRAM, Process, temporaryFolder } from './processes.ts';

/** `tidemark` in a folder, with these variables. */
function tidemarkIn(cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): Process {
  return new Process(process.execPath, [PROGRAM, ...args], { cwd, env: { ...process.env, ...env } });
}

test('a server takes its options from variables and from the file where it runs', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'tidemark.config.json'),
    JSON.stringify({ serve: { port: 0, json: true, 'base-path': '/file', token: 's3cret' } }),
  );
  const server = tidemarkIn(folder, { TIDEMARK_BASE_PATH: '/variable' }, 'serve');
  const { url } = await server.event('listening');
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/variable$/);
  await server.line(
    /^tidemark: tidemark\.config\.json sets port, json, token \(--no-config leaves it out\)$/,
  );
  const run = await outcome(
    tidemarkIn(
      temporaryFolder(),
      { TIDEMARK_TOKEN: 's3cret', TIDEMARK_COUNT: '5' },
      'connect',
      `${url}/users`,
    ),
  );
  expect(run.code, run.stdout).toBe(0);
  server.kill('SIGINT');
  const { stdout, stderr } = await outcome(server);
  expect(stdout + stderr).not.toContain('s3cret');
});

test('a demo is for itself, whatever a server is told here', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'tidemark.config.json'),
    JSON.stringify({ serve: { token: 's3cret', 'base-path': '/feeds', port: 1 } }),
  );
  const variables = { TIDEMARK_TOKEN: 's3cret', TIDEMARK_HOST: '192.0.2.1', TIDEMARK_SERVE_BASE_PATH: '/x' };
  const demo = tidemarkIn(folder, variables, 'demo');
  await demo.line(/verified/);
  demo.kill('SIGINT');
  expect((await demo.exited).code).toBe(130);
});

test('a bench and its processes are as well', async () => {
  const folder = temporaryFolder();
  const variables = {
    TIDEMARK_BENCH_BLOCK_SIZES: '5',
    TIDEMARK_BENCH_CLIENTS: '1',
    TIDEMARK_BENCH_COUNT: '100',
    TIDEMARK_REPEAT: '1',
    TIDEMARK_SERVE_TOKEN: 's3cret',
    TIDEMARK_PORT: '1',
    TIDEMARK_HOST: '192.0.2.1',
  };
  const { code, stdout, stderr } = await outcome(
    tidemarkIn(folder, variables, 'bench', '--out', 'run.ndjson'),
  );
  expect([0, 3], stdout + stderr).toContain(code); // 3 where the machine is too busy to tell
  expect(stdout).toContain('PROVED');
});
