import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { EVENTS, LINES, WEBSOCKET } from './over.ts';
import { freePort, outcome, Process, serveOn, temporaryFolder, tidemark } from './processes.ts';

/** Runs that go on at another server than the one that was killed. */

const COUNT = 300;
const STREAM = 'users?seed=7&rate=100';
const CLEAN = { verdict: 'proved', messages: COUNT, lost: 0, repeated: 0, reordered: 0, corrupt: 0 };

async function expectLogged(log: string): Promise<void> {
  const generated = await outcome(tidemark('gen', 'users?seed=7', '--count', String(COUNT)));
  expect(readLog(log).text === `${generated.stdout}\n`, 'the log equals tidemark gen').toBe(true);
}

test.each([WEBSOCKET, EVENTS, LINES])(
  'with two servers over $name, each killed with -9 in turn',
  async ({ scheme, options }) => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const ports = [await freePort(), await freePort()];
    const servers = await Promise.all(ports.map((port) => serveOn(port)));
    const urls = ports.map((port) => `${scheme}://127.0.0.1:${port}/${STREAM}`);
    const run = tidemark(
      ...['connect', ...urls, ...options, '--client', 'alice', '--json', '--log', log],
      ...['--count', String(COUNT), '--block-size', '5'],
    );
    await run.event('block');
    await servers[0]?.killNow();
    await run.event('resumed', ({ url }) => url === urls[1]);
    // The first is back when the second goes.
    await serveOn(ports[0] as number);
    await run.event('block', ({ block }) => Number(block) > 20);
    await servers[1]?.killNow();
    await run.event('resumed', ({ url }) => url === urls[0]);
    expect(await run.event('end')).toMatchObject({ ...CLEAN, resumes: 2 });
    expect((await outcome(run)).code).toBe(0);
    await expectLogged(log);
  },
);

test('a killed client goes on at the server that is left, from its log alone', async () => {
  const log = join(temporaryFolder(), 'run.ndjson');
  const ports = [await freePort(), await freePort()];
  const servers = await Promise.all(ports.map((port) => serveOn(port)));
  const urls = ports.map((port) => `ws://127.0.0.1:${port}/${STREAM}`);
  const run = tidemark('connect', ...urls, '--json', '--log', log, '--count', String(COUNT));
  await run.event('block');
  await Promise.all([run.killNow(), servers[0]?.killNow()]);
  const again = tidemark('connect', '--json', '--log', log, '--resume');
  expect(await again.event('resumed')).toMatchObject({ url: urls[1] });
  expect(await again.event('end')).toMatchObject(CLEAN);
  await expectLogged(log);
});

test('what is printed to go on with has every server', async () => {
  const ports = [await freePort(), await freePort()];
  for (const port of ports) await serveOn(port);
  const urls = ports.map((port) => `ws://127.0.0.1:${port}/${STREAM}`);
  const run = tidemark('connect', ...urls, '--client', 'alice');
  await run.line(/block 1/);
  run.kill('SIGINT');
  const way = await run.line(/^go on with:/);
  for (const port of ports) expect(way).toContain(`ws://127.0.0.1:${port}/users?`);
  await outcome(run);
});

test('one URL of a balancer that gives every connection to the next server', async () => {
  const folder = temporaryFolder();
  const [front, ...ports] = [await freePort(), await freePort(), await freePort()] as const;
  const servers = await Promise.all(ports.map((port) => serveOn(port)));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, balancer(front, ports));
  new Process('/usr/sbin/haproxy', ['-f', file]);
  await expect.poll(() => answers(front), { timeout: 60_000 }).toBe(true);
  const log = join(folder, 'run.ndjson');
  const run = tidemark(
    ...['connect', `ws://127.0.0.1:${front}/${STREAM}`, '--clients', '4', '--client', 'alice', '--json'],
    ...['--log', log, '--count', String(COUNT), '--block-size', '5'],
  );
  for (const server of servers) await server.firstEvents(2, 'join');
  await servers[0]?.killNow();
  await servers[1]?.firstEvents(2, 'join', ({ resumed }) => resumed === true);
  for (let client = 1; client <= 4; client++) {
    expect(await run.event('end', (end) => end['client'] === `alice-${client}`)).toMatchObject(CLEAN);
    await expectLogged(join(folder, `run.alice-${client}.ndjson`));
  }
  expect((await outcome(run)).code).toBe(0);
});

function balancer(front: number, ports: readonly number[]): string {
  return `defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
  option redispatch
frontend clients
  bind 127.0.0.1:${front}
  default_backend tidemark
backend tidemark
  balance roundrobin
${ports.map((port) => `  server s${port} 127.0.0.1:${port}\n`).join('')}`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
