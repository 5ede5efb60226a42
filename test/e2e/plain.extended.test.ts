import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { freePort, outcome, Process, PYTHON, serveOn, temporaryFolder, tidemark } from './processes.ts';

const SENTENCE = /^Client eve received (\d+) block in (\d+\.\d{3}) ms time$/;

function python(script: string, ...args: string[]): Process {
  return new Process(PYTHON, [fileURLToPath(new URL(`./python/${script}`, import.meta.url)), ...args]);
}

async function pythonServer(port: number): Promise<Process> {
  const server = python('plain_server.py', String(port));
  await server.line(/^listening$/);
  return server;
}

describe("Python's websockets as the client", () => {
  test.each(['/users', '/'])('gets one record a message from %s, and its text is printed', async (path) => {
    const port = await freePort();
    const server = await serveOn(port, '--rate', '200');
    const client = await outcome(
      python('plain_client.py', `ws://127.0.0.1:${port}${path}`, '7', 'that was good'),
    );
    expect(client.code).toBe(0);
    const generated = await outcome(tidemark('gen', 'users', '--count', '7'));
    expect(client.stdout).toBe(generated.stdout);
    expect(await server.event('join')).toMatchObject({ plain: true, stream: 'users?seed=1', clients: 1 });
    const { client: name } = await server.event('join');
    expect(await server.event('message')).toMatchObject({ client: name, text: 'that was good' });
    expect(await server.event('leave')).toMatchObject({ client: name, reason: 'left', clients: 0 });
  });

  test('is closed with 1000 when all it asked for was sent', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const url = `ws://127.0.0.1:${port}/bytes?size=64&rate=max&count=3&client=pat`;
    const client = await outcome(python('plain_client.py', url, '4', 'never said'));
    expect(client.stdout.split('\n')).toHaveLength(3);
    expect(client.stderr).toContain('received 1000 (OK)');
    expect(await server.event('leave')).toMatchObject({ client: 'pat', reason: 'done', messages: 3 });
  });

  test('is refused before the upgrade, with a sentence', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const unknown = await outcome(python('plain_client.py', `ws://127.0.0.1:${port}/nothing`, '1', ''));
    expect(unknown.stderr).toContain('HTTP 404');
    const bad = await outcome(python('plain_client.py', `ws://127.0.0.1:${port}/users?rate=fast`, '1', ''));
    expect(bad.stderr).toContain('HTTP 400');
    const text = expect.stringContaining('rate must be messages a second such as 10');
    expect(await server.event('refuse', ({ code }) => code === 400)).toMatchObject({ text });
  });
});

describe("Python's websockets as the server", () => {
  test('blocks are timed and logged, the sentence is sent, and the connection comes back', {
    timeout: 120_000,
  }, async () => {
    const port = await freePort();
    const log = join(temporaryFolder(), 'run.ndjson');
    const first = await pythonServer(port);
    const url = `ws://127.0.0.1:${port}/feed`;
    const client = tidemark(
      'connect',
      url,
      '--client',
      'eve',
      '--block-size',
      '20',
      '--count',
      '100',
      '--log',
      log,
      '--json',
    );
    expect(await client.event('connected')).toMatchObject({ stream: null, stream_id: null });
    await client.line(/without Tidemark's protocol, so nothing that comes can be proved/);
    await client.event('block', ({ block }) => block === 1);
    await first.line(/^said Client eve received 1 block in/);
    await first.killNow();
    await client.event('disconnected');
    const second = await pythonServer(port);
    const { code } = await outcome(client);
    expect(code).toBe(0);
    expect(client.events.at(-1)).toMatchObject({
      event: 'end',
      verdict: 'unproved',
      messages: 100,
      resumes: 1,
    });
    await second.line(/^said Client eve received 5 block in/);
    await second.line(/^closed 1000$/);
    await second.killNow();
    const said = [...first.stdout, ...second.stdout].filter((line) => line.startsWith('said '));
    for (const line of said) expect(line.slice('said '.length)).toMatch(SENTENCE);

    const { run, blocks } = readLog(log);
    expect(run).toMatchObject({ client: 'eve', stream: null });
    expect(blocks.map(({ block, count }) => [block, count])).toEqual(
      [1, 2, 3, 4, 5].map((block) => [block, 20]),
    );
    expect(blocks[0]?.messages[0]).toMatchObject({ seq: 0, data: 'line 0' });
    expect(Date.parse(blocks[0]?.messages[0]?.at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(blocks.filter(({ interval_ms }) => interval_ms === null).length).toBeGreaterThanOrEqual(2);
  });

  test('--plain dials the URL as it is', async () => {
    const port = await freePort();
    await pythonServer(port);
    const run = tidemark(
      'connect',
      `ws://127.0.0.1:${port}/?key=1`,
      '--plain',
      '--blocks',
      '2',
      '--block-size',
      '3',
    );
    const { code, stdout } = await outcome(run);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^UNPROVED 6 of 6 messages: no proof was given/m);
  });
});
