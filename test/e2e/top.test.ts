import { expect, test } from 'vitest';
import { freePort, outcome, serveOn, tidemark } from './processes.ts';

/** The line of a client in the table, as words. */
function rowOf(text: string, name: string): string[] {
  const line =
    text.split('\n').find((each) => each.startsWith(`${name} `)) ?? expect.fail(`no ${name}: ${text}`);
  return line.split(/ {2,}/);
}

test('where the output is no terminal who is there is printed once', async () => {
  const port = await freePort();
  await serveOn(port);
  const url = `http://127.0.0.1:${port}`;
  for (const name of ['alice', 'bob'])
    await tidemark('connect', `ws://127.0.0.1:${port}/users?seed=7&rate=20`, '--client', name).line(
      /block 1:/,
    );
  const { code, stdout } = await outcome(tidemark('top', url));
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^tidemark top  ${url}  server \\d`));
  expect(stdout).toMatch(/^2 clients {3}[\d.]+ messages\/s /m);
  const headings = rowOf(stdout, 'name');
  const alice = rowOf(stdout, 'alice');
  const of = (heading: string) => alice[headings.indexOf(heading)];
  expect(of('stream')).toBe('users?seed=7');
  expect([of('by'), of('asked'), of('wrong')]).toEqual(['ws', '20/s', '0']);
  // What was printed is not later than what the server says now.
  const { clients } = (await (await fetch(`${url}/clients`)).json()) as {
    clients: { name: string; cursor: number; blocks: number }[];
  };
  const now = clients.find(({ name }) => name === 'alice');
  expect(Number(of('cursor'))).toBeGreaterThan(0);
  expect(Number(of('cursor'))).toBeLessThanOrEqual(now?.cursor ?? 0);
  expect(Number(of('blocks'))).toBeLessThanOrEqual(now?.blocks ?? 0);
});

test('as NDJSON it is what the server tells', async () => {
  const port = await freePort();
  await serveOn(port, '--token', 'mine');
  const { code, stdout } = await outcome(
    tidemark('top', `ws://127.0.0.1:${port}`, '--json', '--once', '--token', 'mine'),
  );
  expect(code).toBe(0);
  const lines = stdout.split('\n').map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(['opening', 'second']);
  expect(lines[1].roster).toEqual([]);
});

test('as NDJSON it goes on until Ctrl-C, across an outage of the server', async () => {
  const port = await freePort();
  const first = await serveOn(port);
  const top = tidemark('top', `http://127.0.0.1:${port}`, '--json');
  await top.line(/^\{"type":"second"/);
  first.kill('SIGKILL');
  await top.line(/^tidemark: not connected: .*; tries until it is back$/);
  await first.exited;
  await serveOn(port);
  await top.lines(2, /^\{"type":"opening"/);
  top.kill('SIGINT');
  expect((await top.exited).code).toBe(130);
});

test('a server that does not tell is said to', async () => {
  const port = await freePort();
  const nobody = await outcome(tidemark('top', `http://127.0.0.1:${port}`));
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toMatch(
    new RegExp(`^tidemark: http://127\\.0\\.0\\.1:${port}: connect ECONNREFUSED`),
  );
  await serveOn(port, '--token', 'mine');
  const refused = await outcome(tidemark('top', `http://me:hidden@127.0.0.1:${port}`, '--json'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^tidemark: .* answers \/live with HTTP 401: an access token is needed/);
  expect(refused.stderr).not.toContain('hidden');
});
