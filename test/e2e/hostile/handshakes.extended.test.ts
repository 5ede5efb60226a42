import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificate } from '../certificate.ts';
import { type Over as Carried, EVENTS, LINES, WEBSOCKET } from '../over.ts';
import { freePort, outcome, type Process, pause, serveOn, tidemark } from '../processes.ts';
import { CARRIAGES } from './carriages.mjs';
import { Reader, type StreamEnd } from './reader.ts';

/** Hostile requests for streams over raw sockets, over each carriage, against a real server, which goes on serving others. */

type Carriage = (typeof CARRIAGES)[number];
const CARRIED: Readonly<Record<Carriage['name'], Carried>> = {
  websocket: WEBSOCKET,
  lines: LINES,
  events: EVENTS,
};
const [OVER_WEBSOCKET] = CARRIAGES;
/** Until a stream is sent, lines and events are one carriage. */
const NAMED = CARRIAGES.filter(({ name }) => name !== 'lines').map(
  (carriage) => [carriage.name, carriage] as const,
);

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

/** Once its head has come, and so many bytes behind it, or it is closed. They may come in one read. */
async function answered(state: Raw, behindBytes = 0): Promise<Raw> {
  const headed = new Promise<void>((resolve) => {
    const look = () => {
      const headEnd = state.text.indexOf('\r\n\r\n');
      if (headEnd >= 0 && state.text.length >= headEnd + 4 + behindBytes) resolve();
    };
    state.socket.on('data', look);
    look();
  });
  await Promise.race([headed, state.closed]);
  return state;
}

/** The status of the answer to a request. */
function statusOf({ text }: Raw): number {
  return Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1]);
}

/** Where the code in a close frame ends. */
const CODE_END_BYTES = 4;

/** The close code that goes with a refusal of somebody who speaks `tidemark.v1`. */
function closeCodeOf({ text }: Raw, { name }: Carriage): number {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  if (name === 'websocket') return Buffer.from(body, 'latin1').readUInt16BE(2); // of the first frame, which is a close
  return (JSON.parse(body) as { close_code: number }).close_code;
}

/** A run of ten blocks, which is proved. */
async function expectServed(port: number, over: Carried): Promise<void> {
  const run = tidemark(
    ...[
      'connect',
      `${over.scheme}://127.0.0.1:${port}/users?rate=max`,
      '--count',
      '1000',
      '--block-size',
      '100',
      '--json',
    ],
    ...over.options,
  );
  const { code } = await outcome(run);
  expect(code).toBe(0);
  expect(run.events.at(-1)).toMatchObject({ verdict: 'proved', resumes: 0 });
}

/** A slow client that is there before, and must be there after. */
async function witness(port: number, over: Carried): Promise<Process> {
  const run = tidemark(
    'connect',
    `${over.scheme}://127.0.0.1:${port}/users?rate=20`,
    '--client',
    'witness',
    '--block-size',
    '5',
    '--json',
    ...over.options,
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
  test.each(NAMED)(
    'by the hundred over %s are ended, however they are slow, and others are served',
    async (name, { request }) => {
      const over = CARRIED[name];
      const port = await freePort();
      await serveOn(port);
      const beside = await witness(port, over);
      const half = request('/users').slice(0, -2);
      const silent = Array.from({ length: 300 }, () => raw(port));
      const begun = Array.from({ length: 300 }, () => raw(port, half));
      const trickling = Array.from({ length: 200 }, () => raw(port, half));
      const timer = setInterval(() => {
        for (const { socket } of trickling) if (socket.writable) socket.write('X-A: b\r\n');
      }, 400);
      onTestFinished(() => clearInterval(timer));
      await expectServed(port, over);
      await expectGone([...silent, ...begun, ...trickling]);
      expect(begun[0]?.text).toMatch(/^HTTP\/1\.1 408 .*"detail":"the request did not come within 5 s"/s);
      await expectServed(port, over);
      await expectUndisturbed(beside);
    },
  );

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
    expect(asking.text).toContain('by WebSocket alone: connect to ws://x/echo');
  });
});

describe.each(NAMED)('a request over %s', (name, carriage) => {
  const { request, accepted } = carriage;

  test.each([
    ['as it should be', '/users?count=0', [], accepted],
    ['with a header of 16 KiB', '/users', [`X-Long: ${'x'.repeat(16_384)}`], 431],
    ['with many headers', '/users', Array.from({ length: 2000 }, (_, i) => `X-${i}: ${'x'.repeat(10)}`), 431],
    ['with a URL of 9 KB', `/users?x=${'x'.repeat(9000)}`, [], 414],
    ['with a URL of 20 KB', `/users?x=${'x'.repeat(20_000)}`, [], 431],
    ['with another scheme and host before the path', 'http://evil.example/users', [], accepted],
    ['with those and no path', 'http://evil.example/?count=0', [], accepted],
    ['with those and a stream that is not there', 'http://evil.example/orders?x=1', [], 404],
    ['with two Hosts', '/users', ['Host: evil.example'], 400],
    ['with a second Host behind 3,000 headers', '/users', [...Array(3000).fill('a:'), 'Host: b'], 400],
    ['of a foreign page', '/users', ['Origin: https://evil.example'], 403],
    ['of a foreign page that speaks tidemark.v1', '/users', ['Origin: https://evil.example'], 403, true],
    ['of two pages', '/users', ['Origin: http://localhost', 'Origin: https://evil.example'], 403],
  ] as readonly [string, string, string[], number, boolean?][])(
    '%s is answered, and the connection of a refused one ends',
    async (_, target, headers, status, speaks = false) => {
      const port = await freePort();
      const server = await serveOn(port);
      const head = request(target, { headers, speaks });
      expect(statusOf(await answered(raw(port, head)))).toBe(status);
      if (status !== accepted) await raw(port, head).closed; // although this end keeps it open
      await new Promise<number>((seq) => {
        const next = new Reader(name, `ws://127.0.0.1:${port}/users`, { seq });
        onTestFinished(() => next.drop());
      });
      expect(server.running).toBe(true);
    },
  );

  test('that is refused is ended, also if it never closes, and whatever it goes on to send', async () => {
    const port = await freePort();
    await serveOn(port);
    const hold = async (speaks: boolean) => {
      const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {}); // what is written to a socket that is gone is answered with a reset
      socket.resume();
      const ended = new Promise((resolve) => socket.on('close', resolve));
      const timer = setInterval(() => socket.write('x'), 200);
      onTestFinished(() => clearInterval(timer));
      socket.write(request('/nothing', { speaks }));
      await ended;
    };
    await Promise.all([hold(false), hold(true)]);
  });

  test('by the thousand, refused, leave nothing behind', async () => {
    const port = await freePort();
    await serveOn(port);
    const beside = await witness(port, CARRIED[name]);
    const head = request('/users', { headers: ['Origin: https://evil.example'] });
    for (let round = 0; round < 10; round++) {
      const crowd = Array.from({ length: 200 }, () => raw(port, head));
      await Promise.all(crowd.map((each) => each.closed));
      for (const { text } of crowd) expect(text).toMatch(/^HTTP\/1\.1 403 /);
    }
    await expectUndisturbed(beside);
  });
});

describe.each(NAMED)('too many over %s', (name, carriage) => {
  const { request, accepted } = carriage;
  const over = CARRIED[name];
  const open = async (port: number, path = '/users?rate=1') => {
    const state = await answered(raw(port, request(path)));
    expect(statusOf(state)).toBe(accepted);
    return state;
  };
  /** What is said to somebody for whom there is no place. */
  const expectFull = async (port: number) => {
    const plain = raw(port, request('/users?rate=1'));
    await plain.closed;
    expect(statusOf(plain)).toBe(503);
    const speaking = raw(port, request('/users?rate=1', { speaks: true }));
    await (name === 'websocket' ? answered(speaking, CODE_END_BYTES) : speaking.closed);
    expect(closeCodeOf(speaking, carriage)).toBe(1013);
  };
  const waiting = (port: number) =>
    tidemark(
      ...['connect', `${over.scheme}://127.0.0.1:${port}/users?rate=max`, '--count', '100', '--json'],
      ...over.options,
    );

  test.each([
    [['--max-clients', '3'], /^the server has all of its 3 clients: try again later/],
    [['--max-clients-per-address', '3'], /^the server has all of the 3 clients that one address may have/],
  ])('clients, by %j, get 503 or 1013, and come back to a free place', async (options, sentence) => {
    const port = await freePort();
    const server = await serveOn(port, ...options);
    const [first] = await Promise.all([open(port), open(port), open(port)]);
    await expectFull(port);
    expect((await server.event('refuse'))['text']).toMatch(sentence);
    const later = waiting(port);
    await later.event('disconnected');
    first.socket.destroy();
    expect((await outcome(later)).code).toBe(0);
  });

  test('clients: who takes over a name takes its place', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '1');
    const url = `ws://127.0.0.1:${port}/users?rate=100&client=a&token=12345678`;
    let end: (end: StreamEnd) => void = () => {};
    const superseded = new Promise<StreamEnd>((resolve) => {
      end = resolve;
    });
    const first = new Reader(name, url, { ended: (how) => end(how) });
    onTestFinished(() => first.drop());
    await first.opened;
    const second = new Reader(name, url, {});
    onTestFinished(() => second.drop());
    expect(await superseded).toEqual({ whole: false, ...(name === 'websocket' ? { code: 4410 } : {}) });
    await expectFull(port);
  });

  test('none: what was counted is given back, over TLS too', async () => {
    const { certPath, keyPath } = certificate();
    for (const tls of [[], ['--tls-cert', certPath, '--tls-key', keyPath, '--host', 'localhost']]) {
      const port = await freePort();
      await serveOn(port, '--max-clients', '40', ...tls);
      const url = tls.length === 0 ? `ws://127.0.0.1:${port}` : `wss://localhost:${port}`;
      const one = () =>
        new Promise<StreamEnd>((ended) => {
          const reader = new Reader(name, `${url}/users?count=0`, { ended });
          onTestFinished(() => reader.drop());
        });
      for (let round = 0; round < 60; round++) {
        const ends = await Promise.all(Array.from({ length: 20 }, one));
        expect(ends.map(({ whole }) => whole)).not.toContain(false);
      }
    }
  });
});

describe('too many', () => {
  test('echoes are counted with the clients', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '2');
    const { request } = OVER_WEBSOCKET;
    const echo = await answered(raw(port, request('/echo')));
    const client = await answered(raw(port, request('/users?rate=1')));
    expect([statusOf(echo), statusOf(client)]).toEqual([101, 101]);
    expect(statusOf(await answered(raw(port, request('/users?rate=1'))))).toBe(503);
    expect(statusOf(await answered(raw(port, request('/echo'))))).toBe(503);
    echo.socket.destroy();
    const url = `ws://127.0.0.1:${port}/users?rate=max`;
    const waiting = tidemark('connect', url, '--count', '100', '--json');
    expect((await outcome(waiting)).code).toBe(0); // into the place of the echo
  });

  test('sockets of one address: those that wait longest are dropped, and a client gets in', async () => {
    const port = await freePort();
    await serveOn(port, '--max-clients', '10');
    const beside = await witness(port, WEBSOCKET);
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
    await expectServed(port, WEBSOCKET);
    await Promise.all(crowd.map((each) => each.closed));
    await expectUndisturbed(beside);
  });
});
