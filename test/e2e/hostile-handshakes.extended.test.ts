import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { certificate } from './certificate.ts';
import { freePort, outcome, type Process, pause, serveOn, tidemark } from './processes.ts';

/** Hostile handshakes over raw sockets, against a real server, which goes on serving others. */

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
const UPGRADE = `Upgrade: websocket\r\nConnection: Upgrade\r\n${KEY}`;
interface Raw {
  readonly socket: Socket;
  text: string;
  isClosed: boolean;
  readonly closed: Promise<void>;
}

function raw(port: number, first = ''): Raw {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  const state: Raw = { socket, text: '', isClosed: false, closed };
  socket.on('error', () => {}); // a reset is an end like any other
  socket.on('data', (chunk) => {
    state.text += chunk.toString('latin1');
  });
  socket.on('close', () => {
    state.isClosed = true;
  });
  if (first !== '') socket.write(first);
  onTestFinished(() => {
    socket.destroy();
  });
  return state;
}

/** The status line of the answer to a handshake. */
async function answer(port: number, handshake: string): Promise<string> {
  const state = raw(port, handshake);
  const answered = new Promise<void>((resolve) => {
    state.socket.on('data', () => state.text.includes('\r\n') && resolve());
  });
  await Promise.race([answered, state.closed]);
  return state.text.split('\r\n')[0] ?? '';
}

/** A run of ten blocks, which is proved. */
async function expectServed(port: number, ...options: string[]): Promise<void> {
  const run = tidemark(
    ...[
      'connect',
      `ws://127.0.0.1:${port}/users?rate=max`,
      '--count',
      '1000',
      '--block-size',
      '100',
      '--json',
    ],
    ...options,
  );
  const { code } = await outcome(run);
  expect(code).toBe(0);
  expect(run.events.at(-1)).toMatchObject({ verdict: 'proved', resumes: 0 });
}

/** A slow client that is there before, and must be there after. */
async function witness(port: number): Promise<Process> {
  const run = tidemark(
    'connect',
    `ws://127.0.0.1:${port}/users?rate=20`,
    '--client',
    'witness',
    '--block-size',
    '5',
    '--json',
  );
  await run.event('block');
  return run;
}

async function expectUndisturbed(run: Process): Promise<void> {
  run.kill('SIGINT');
  await run.exited;
  expect(run.events.at(-1)).toMatchObject({ verdict: 'interrupted', lost: 0, corrupt: 0, resumes: 0 });
}

/** None of them goes by itself, so the server ends each, or this lasts for ever. */
async function expectGone(sockets: Raw[]): Promise<void> {
  await Promise.all(sockets.map((each) => each.closed));
}

describe('slow handshakes', () => {
  test('by the hundred are ended, however they are slow, and others are served meanwhile', async () => {
    const port = await freePort();
    await serveOn(port);
    const beside = await witness(port);
    const half = `GET /users HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    const silent = Array.from({ length: 300 }, () => raw(port));
    const begun = Array.from({ length: 300 }, () => raw(port, half));
    const trickling = Array.from({ length: 200 }, () => raw(port, half));
    const timer = setInterval(() => {
      for (const { socket } of trickling) if (socket.writable) socket.write('X-A: b\r\n');
    }, 400);
    onTestFinished(() => clearInterval(timer));
    await expectServed(port);
    await expectGone([...silent, ...begun, ...trickling]);
    expect(begun[0]?.text).toMatch(/^HTTP\/1\.1 408 .*"detail":"the request did not come within 5 s"/s);
    await expectServed(port);
    await expectUndisturbed(beside);
  });

  test('of TLS are ended, too', async () => {
    const { certPath, keyPath } = certificate();
    const port = await freePort();
    await serveOn(port, '--tls-cert', certPath, '--tls-key', keyPath);
    const hello = '\u0016\u0003\u0001\u0002\u0000'; // the header of a record of 512 bytes that never come
    const slow = Array.from({ length: 200 }, (_, index) => raw(port, index % 2 === 0 ? '' : hello));
    await expectGone(slow);
  });

  test('of TLS that is late, and then silent, is ended: the time counts from the start', async () => {
    const { certPath, keyPath } = certificate();
    const port = await freePort();
    await serveOn(port, '--tls-cert', certPath, '--tls-key', keyPath);
    const late = raw(port);
    await pause(2000); // within the 5 s that it has
    const next = raw(port);
    await once(next.socket, 'connect');
    const secure = connectTls({ socket: late.socket, rejectUnauthorized: false });
    secure.on('error', () => {});
    await late.closed;
    expect(next.isClosed).toBe(false); // which came before the handshake of TLS was done
  });

  test('a connection on which plain HTTP is spoken ends with the answer', async () => {
    const port = await freePort();
    await serveOn(port);
    const asking = raw(port, `GET /echo HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n`);
    await asking.closed;
    expect(asking.text).toMatch(/^HTTP\/1\.1 426 /);
    expect(asking.text).toContain(`connect to ws://x/users by WebSocket`);
  });
});

describe('a handshake', () => {
  test.each([
    ['as it should be', '/users?count=0', [], '101'],
    ['with a header of 16 KiB', '/users', [`X-Long: ${'x'.repeat(16_384)}`], '431'],
    [
      'with many headers',
      '/users',
      Array.from({ length: 2000 }, (_, i) => `X-${i}: ${'x'.repeat(10)}`),
      '431',
    ],
    ['with a URL of 9 KB', `/users?x=${'x'.repeat(9000)}`, [], '414'],
    ['with a URL of 20 KB', `/users?x=${'x'.repeat(20_000)}`, [], '431'],
    ['with another scheme and host before the path', 'http://evil.example/users', [], '101'],
    ['with those and no path', 'http://evil.example', [], '101'],
    ['with those and a stream that is not there', 'http://evil.example/orders?x=1', [], '404'],
    ['with two Hosts', '/users', ['Host: evil.example'], '400'],
    ['with a second Host behind 3,000 headers', '/users', [...Array(3000).fill('a:'), 'Host: b'], '400'],
    ['of a foreign page', '/users', ['Origin: https://evil.example'], '403'],
    [
      'of a foreign page that speaks tidemark.v1',
      '/users',
      ['Origin: https://evil.example', 'Sec-WebSocket-Protocol: tidemark.v1'],
      '403',
    ],
    ['of two pages', '/users', ['Origin: http://localhost', 'Origin: https://evil.example'], '403'],
  ])('%s is answered, and the connection of a refused one ends', async (_, target, headers, status) => {
    const port = await freePort();
    const server = await serveOn(port);
    const lines = [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, UPGRADE, ...headers, '', ''];
    const handshake = lines.join('\r\n');
    expect(await answer(port, handshake)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status !== '101') {
      await raw(port, handshake).closed; // although this end keeps it open
    }
    const next = new WebSocket(`ws://127.0.0.1:${port}/users`);
    onTestFinished(() => next.terminate());
    await once(next, 'message');
    expect(server.running).toBe(true);
  });

  test('that is refused is ended, also if it never closes, and whatever it goes on to send', async () => {
    const port = await freePort();
    await serveOn(port);
    const hold = async (target: string, ...headers: string[]) => {
      const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {}); // what is written to a socket that is gone is answered with a reset
      socket.resume();
      const ended = new Promise((resolve) => socket.on('close', resolve));
      const timer = setInterval(() => socket.write('x'), 200);
      onTestFinished(() => clearInterval(timer));
      socket.write([`GET ${target} HTTP/1.1`, 'Host: x', UPGRADE, ...headers, '', ''].join('\r\n'));
      await ended;
    };
    await Promise.all([hold('/nothing'), hold('/nothing', 'Sec-WebSocket-Protocol: tidemark.v1')]);
  });

  test('by the thousand, refused, leave nothing behind', async () => {
    const port = await freePort();
    await serveOn(port);
    const beside = await witness(port);
    const lines = ['GET /users HTTP/1.1', 'Host: x', UPGRADE, 'Origin: https://evil.example', '', ''];
    for (let round = 0; round < 10; round++) {
      const crowd = Array.from({ length: 200 }, () => raw(port, lines.join('\r\n')));
      await Promise.all(crowd.map((each) => each.closed));
      for (const { text } of crowd) expect(text).toMatch(/^HTTP\/1\.1 403 /);
    }
    await expectUndisturbed(beside);
  });
});

describe('too many', () => {
  const openClient = (port: number, protocol: string[] = []) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/users?rate=1`, protocol);
    socket.on('error', () => {});
    onTestFinished(() => socket.terminate());
    return socket;
  };
  const refusal = (socket: WebSocket) =>
    Promise.race([
      once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode),
      once(socket, 'close').then(([code]) => code),
    ]);

  test.each([
    [['--max-clients', '3'], /^the server has all of its 3 clients: try again later/],
    [['--max-clients-per-address', '3'], /^the server has all of the 3 clients that one address may have/],
  ])('clients, by %j, get 503 or 1013, and come back to a free place', async (options, sentence) => {
    const port = await freePort();
    const server = await serveOn(port, ...options);
    const three = [openClient(port), openClient(port), openClient(port)];
    await Promise.all(three.map((socket) => once(socket, 'open')));
    expect(await refusal(openClient(port))).toBe(503);
    expect(await refusal(openClient(port, ['tidemark.v1']))).toBe(1013);
    expect((await server.event('refuse'))['text']).toMatch(sentence);
    const waiting = tidemark('connect', `ws://127.0.0.1:${port}/users?rate=max`, '--count', '100', '--json');
    expect(await waiting.event('disconnected')).toMatchObject({ code: 1013 });
    three[0]?.close();
    expect((await outcome(waiting)).code).toBe(0);
  });

  test('echoes are counted with the clients', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '2');
    const echo = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    onTestFinished(() => echo.terminate());
    await once(echo, 'open');
    const client = openClient(port);
    await once(client, 'open');
    expect(await refusal(openClient(port))).toBe(503);
    const another = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    another.on('error', () => {});
    expect(await refusal(another)).toBe(503);
    echo.close();
    await once(echo, 'close');
    const waiting = tidemark('connect', `ws://127.0.0.1:${port}/users?rate=max`, '--count', '100', '--json');
    expect((await outcome(waiting)).code).toBe(0); // into the place of the echo
  });

  test('clients: who takes over a name takes its place', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '1');
    const url = `ws://127.0.0.1:${port}/users?rate=100&client=a&token=12345678`;
    const first = new WebSocket(url);
    await once(first, 'message');
    const second = new WebSocket(url);
    onTestFinished(() => second.terminate());
    const [code] = (await once(first, 'close')) as [number];
    expect(code).toBe(4410);
    expect(await refusal(openClient(port))).toBe(503);
    second.close();
    await once(second, 'close');
  });

  test('sockets of one address: those that wait longest are dropped, and a client gets in', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '10');
    const beside = await witness(port);
    const crowd: Raw[] = [];
    const dropped: number[] = [];
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 200; i++) {
        const place = crowd.push(raw(port));
        crowd.at(-1)?.socket.on('close', () => dropped.push(place));
      }
      await pause(20);
    }
    // Of 2,000 only 10 + 1,024 may stay.
    await expect.poll(() => dropped.length).toBeGreaterThan(500);
    expect(Math.max(...dropped.slice(0, 500))).toBeLessThanOrEqual(crowd.length - 500);
    await expectServed(port);
    await Promise.all(crowd.map((each) => each.closed));
    await expectUndisturbed(beside);
  });

  test('none: what was counted is given back, over TLS too', async () => {
    const { certPath, keyPath } = certificate();
    for (const tls of [[], ['--tls-cert', certPath, '--tls-key', keyPath, '--host', 'localhost']]) {
      const port = await freePort();
      await serveOn(port, '--max-clients', '40', ...tls);
      const url = tls.length === 0 ? `ws://127.0.0.1:${port}` : `wss://localhost:${port}`;
      for (let round = 0; round < 60; round++) {
        const some = Array.from(
          { length: 20 },
          () => new WebSocket(`${url}/users?count=0`, { rejectUnauthorized: false }),
        );
        await Promise.all(
          some.map((socket) => once(socket, 'close').then(([code]) => expect(code).toBe(1000))),
        );
      }
    }
  });
});
