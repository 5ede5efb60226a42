import { expect, test } from 'vitest';
import { freePort, type Line, outcome, pause, serveOn, tidemark } from './processes.ts';

const COUNT = 300;
const CLIENTS = 10;

/** A server with two workers, and 20 clients of it over two carriages, each of which has reported a block. */
async function served() {
  const port = await freePort();
  const server = await serveOn(port, '--workers', '2');
  const groups = (['ws', 'http'] as const).map((scheme) => {
    const url = `${scheme}://127.0.0.1:${port}/users?seed=7&rate=100`;
    const options = [
      '--clients',
      String(CLIENTS),
      '--client',
      scheme,
      '--block',
      '10',
      '--count',
      String(COUNT),
    ];
    return tidemark('connect', url, ...options, '--json');
  });
  for (const group of groups) await group.firstEvents(CLIENTS, 'connected');
  return { port, server, groups };
}

const pidOf = (event: Line) => Number(event['pid']);

test('20 clients of two workers, one of which is killed with -9: it is replaced, and every client ends PROVED', async () => {
  const { port, server, groups } = await served();
  const started = await server.firstEvents(2, 'worker');
  await pause(Math.random() * 300);
  process.kill(pidOf(started[0] as Line), 'SIGKILL');
  const lost = await server.event('worker', ({ state }) => state === 'lost');
  expect(lost).toMatchObject({ worker: started[0]?.['worker'], text: 'it was killed by SIGKILL' });
  expect(lost['clients']).toBeGreaterThan(0);
  const replaced = await server.event('worker', ({ pid, state }) => {
    return state === 'started' && started.every((before) => before['pid'] !== pid);
  });
  expect(replaced).toMatchObject({ worker: lost['worker'] });
  for (const group of groups) {
    const { code } = await outcome(group);
    const ends = group.events.filter(({ event }) => event === 'end');
    expect(ends).toHaveLength(CLIENTS);
    for (const end of ends) expect(end).toMatchObject({ verdict: 'proved', messages: COUNT });
    expect(code).toBe(0);
  }
  const roster = await (await fetch(`http://127.0.0.1:${port}/clients`)).json();
  expect(roster).toMatchObject({ total: 0, clients: [], missing: [] });
  server.kill('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
  const joined = server.events.filter(({ event }) => event === 'join');
  const left = server.events.filter(({ event }) => event === 'leave');
  expect(left.map(({ client }) => client).toSorted()).toEqual(joined.map(({ client }) => client).toSorted());
  expect(left.filter(({ reason }) => reason === 'lost').length).toBe(lost['clients']);
});

test('a server whose workers outlive nobody: killed with -9, its port is free at once, and its clients go on', async () => {
  const { port, server, groups } = await served();
  const workers = (await server.firstEvents(2, 'worker')).map(pidOf);
  await server.killNow();
  const again = await serveOn(port, '--workers', '2');
  await expect.poll(() => workers.filter(isRunning), { timeout: 60_000 }).toEqual([]);
  for (const group of groups) expect((await outcome(group)).code).toBe(0);
  again.kill('SIGTERM');
  expect(await again.exited).toMatchObject({ code: 0 });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
