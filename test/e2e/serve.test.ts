import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { open } from './open-socket.ts';
import { freePort, outcome, serveOn, tidemark } from './processes.ts';

/** Long enough for a client that is only slow, since the machine is busy, not to be called silent. */
const PING = '4s';

describe('the roster', () => {
  test('says who leaves, with totals and how many remain; finds the silent one by ping', async () => {
    const port = await freePort();
    const server = await serveOn(port, '--ping', PING);
    const url = `ws://127.0.0.1:${port}/users?rate=50`;
    const leaver = tidemark('connect', url, '--client', 'leaver', '--block-size', '5');
    const silent = tidemark(
      'connect',
      url,
      '--client',
      'silent',
      '--block-size',
      '5',
      '--ping',
      PING,
      '--json',
    );
    await server.event('receipt', ({ client, verified }) => client === 'leaver' && verified === true);
    await server.event('receipt', ({ client }) => client === 'silent');
    leaver.kill('SIGINT');
    expect((await outcome(leaver)).code).toBe(130);
    const left = await server.event('leave', ({ client }) => client === 'leaver');
    expect(left).toMatchObject({ reason: 'left', clients: 1 });
    expect(left['messages']).toBeGreaterThanOrEqual(5);
    expect(left['blocks']).toBeGreaterThanOrEqual(1);

    silent.kill('SIGSTOP');
    const lost = await server.event('leave', ({ client }) => client === 'silent');
    expect(lost).toMatchObject({ reason: 'silent', clients: 0 });
    silent.kill('SIGCONT');
    await silent.event('resumed');
  });

  test('a name is held by one connection: 4409 for a second one, over to the bearer of the token', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const url = `ws://127.0.0.1:${port}/users?client=alice`;
    const { socket: first } = await open(`${url}&token=first-token`, 'tidemark.v1');
    const second = await outcome(tidemark('connect', url, '--client', 'alice'));
    expect(second.code).toBe(1);
    expect(second.stdout).toMatch(/^FAILED client alice is connected already.*4409/m);
    const plain = new WebSocket(url);
    const [, response] = (await once(plain, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(409);
    plain.on('error', () => {});
    plain.terminate();

    const closed = once(first, 'close');
    const { socket: heir } = await open(`${url}&token=first-token`, 'tidemark.v1');
    const [code] = (await closed) as [number];
    expect(code).toBe(4410);
    expect(await server.event('leave')).toMatchObject({ client: 'alice', reason: 'superseded' });
    heir.close();
  });
});

describe('refusals', () => {
  test.each([
    ['/nothing', 4404, 'no stream "nothing": the streams are users, arrays, bytes'],
    ['/arrays?dtype=float16', 4400, 'dtype must be one of int8'],
    ['/users?from=-1', 4400, 'from must be a seq from 0 to 9007199254740991, live, or live:SEQ, got "-1"'],
    ['/users?sede=1', 4400, 'unknown parameter "sede"'],
  ])('%s is closed with %i in tidemark.v1', async (path, closeCode, sentence) => {
    const port = await freePort();
    await serveOn(port);
    const { socket } = await open(`ws://127.0.0.1:${port}${path}`, 'tidemark.v1');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect(code).toBe(closeCode);
    expect(reason.toString()).toContain(sentence);
    const refused = await outcome(tidemark('connect', `ws://127.0.0.1:${port}${path}`));
    expect(refused.code).toBe(1);
    // By the server, or by the client, which knows its parameters.
    expect(refused.stdout + refused.stderr).toContain(sentence);
  });
});

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s: clients are closed with 1012, exit 0', async (signal) => {
    const port = await freePort();
    const server = await serveOn(port);
    const client = tidemark('connect', `ws://127.0.0.1:${port}/users`, '--client', 'carl', '--json');
    await client.event('block');
    server.kill(signal);
    expect((await outcome(server)).code).toBe(0);
    expect(await client.event('disconnected')).toMatchObject({ code: 1012 });
    const names = server.events.map(({ event }) => event);
    expect(names.slice(-2)).toEqual(['leave', 'stopped']);
    expect(server.events.at(-2)).toMatchObject({ client: 'carl', reason: 'stopped', clients: 0 });
  });

  test('a second signal ends it at once, even while a client does not answer', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const client = tidemark('connect', `ws://127.0.0.1:${port}/users`, '--json');
    await client.event('connected');
    client.kill('SIGSTOP');
    const { socket } = await open(`ws://127.0.0.1:${port}/users`);
    const closed = once(socket, 'close');
    server.kill('SIGINT');
    await closed; // it is stopping, and waits for the other
    expect(server.running).toBe(true);
    server.kill('SIGINT');
    expect((await server.exited).code).toBe(130);
  });

  test('a port that is taken: a sentence and exit 1', async () => {
    const port = await freePort();
    await serveOn(port);
    const second = await outcome(tidemark('serve', '--port', String(port)));
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(`^tidemark: --port ${port} is taken: another process listens on .*:${port}`),
    );
  });
});

describe('printing', () => {
  test('free text is printed with its name; control characters can move no cursor', async () => {
    const port = await freePort();
    const server = tidemark('serve', '--port', String(port));
    await server.line(/serves users, arrays and bytes/);
    const { socket } = await open(`ws://127.0.0.1:${port}/users?client=dora`);
    socket.send('hello\u001b[2Jthere\nforged line');
    expect(await server.line(/dora: hello/)).toMatch(/ {3}dora: hello\\u001b\[2Jthere\\u000aforged line$/);
    socket.close();
  });
});

test('a false receipt is answered with a mismatch and printed as wrong', async () => {
  const port = await freePort();
  const server = await serveOn(port, '--rate', 'max');
  const { socket, texts } = await open(
    `ws://127.0.0.1:${port}/bytes?size=40&count=5&client=liar`,
    'tidemark.v1',
  );
  const facts = { block: 1, from: 0, to: 4, count: 5, bytes: 200, elapsed_ms: 1, interrupted: false };
  const receipt = {
    type: 'receipt',
    ...facts,
    crc32: 'deadbeef',
    text: 'Client liar received 1 block in 1.000 ms time',
  };
  while (texts.length < 6) await once(socket, 'message');
  socket.send(`\u001e${JSON.stringify(receipt)}`);
  await once(socket, 'message');
  expect(JSON.parse(texts.at(-1)?.slice(1) ?? '')).toMatchObject({
    type: 'mismatch',
    block: 1,
    received_crc32: 'deadbeef',
    reason: expect.stringContaining('CRC-32 is deadbeef, should be'),
  });
  expect(await server.event('receipt')).toMatchObject({ client: 'liar', verified: false, crc32: 'deadbeef' });
  socket.close();
});
