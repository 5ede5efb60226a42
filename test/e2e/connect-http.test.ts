import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStream } from '../../src/stream/stream.ts';
import { readLog } from './logs.ts';
import { EVENTS, LINES, WEBSOCKET } from './over.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

describe.each([EVENTS, LINES])('over HTTP, as $name', ({ options, name }) => {
  test('a run is proved, block by block, and its server says so', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/users?seed=7&rate=max`;
    const client = tidemark('connect', url, ...options, '--client', 'alice', '--count', '100', '--json');
    await client.event('disconnected'); // it waits for the server
    const server = await serveOn(port);
    expect(await outcome(client)).toMatchObject({ code: 0 });
    expect(client.events[0]).toMatchObject({ event: 'start', url, as: name });
    expect(client.events.at(-1)).toMatchObject({
      event: 'end',
      verdict: 'proved',
      messages: 100,
      blocks: 20,
    });
    const receipts = await server.firstEvents(20, 'receipt');
    expect(receipts.every(({ verified }) => verified === true)).toBe(true);
    expect(receipts[0]?.['text']).toMatch(/^Client alice received 1 block in \d+\.\d{3} ms time$/);
    expect(await server.event('leave')).toMatchObject({ client: 'alice', blocks: 20, messages: 100 });
  });

  test('a run that trusts no server is proved, with how late each block came', async () => {
    const port = await freePort();
    await serveOn(port);
    const url = `http://127.0.0.1:${port}/users?rate=100`;
    const client = tidemark(
      'connect',
      url,
      ...options,
      '-n',
      '20',
      '--verify',
      'local',
      '--timing',
      '--json',
    );
    expect(await outcome(client)).toMatchObject({ code: 0 });
    expect(client.events.filter(({ event }) => event === 'timed')).toHaveLength(4);
    expect(client.events.at(-1)).toMatchObject({ verdict: 'proved', messages: 20 });
  });
});

test('a run goes on over another carriage, from its log', async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  let count = 0;
  for (const { scheme, options } of [WEBSOCKET, LINES, EVENTS, WEBSOCKET]) {
    count += 10;
    const url = `${scheme}://127.0.0.1:${port}/users?rate=max`;
    const resume = count === 10 ? [] : ['--resume'];
    const client = tidemark('connect', url, ...options, '--log', log, ...resume, '--count', String(count));
    const { code, stdout } = await outcome(client);
    expect(stdout).toMatch(new RegExp(`^PROVED ${count} of ${count} messages`, 'm'));
    expect(code).toBe(0);
  }
  expect(readLog(log).seqs).toEqual(Array.from({ length: 40 }, (_, seq) => seq));
});

/** A relay of server-sent events that lost message 3. */
async function relay(): Promise<string> {
  const stream = openStream('users?seed=7');
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (let seq = 0; seq < 10; seq++)
      if (seq !== 3) response.write(`event: user\ndata: ${Buffer.from(stream.message(seq)).toString()}\n\n`);
    response.end();
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${port}/events`;
}

test("another server's events are checked against a stream, and what it lost is told", async () => {
  const url = await relay();
  const checked = await outcome(tidemark('connect', url, '--plain', '--stream', 'users?seed=7', '-n', '10'));
  expect(checked.stdout).toMatch(/lost so far: seq 3$/m);
  expect(checked.stdout).toMatch(/^FAILED 9 of 10 messages: lost 1, /m);
  expect(checked.code).toBe(2);
  const unchecked = await outcome(tidemark('connect', url, '--plain'));
  expect(unchecked.stdout).toMatch(/^UNPROVED 9 of 9 messages/m);
  expect(unchecked.code).toBe(0);
  const lines = await outcome(tidemark('connect', url, '--plain', '--as', 'lines'));
  expect(lines.stdout).toContain('; it can be taken as events (--as events)');
  expect(lines.code).toBe(1);
});

test('--as is for HTTP', async () => {
  const { code, stderr } = await outcome(tidemark('connect', 'ws://127.0.0.1:1/users', '--as', 'lines'));
  expect(stderr).toContain('tidemark: --as must be left out with a ws:// address, got "lines"');
  expect(code).toBe(1);
});
