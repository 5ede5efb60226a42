import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';
import type { TidemarkServer } from '../../src/server/tidemark-server.ts';
import { Sender } from './case.ts';
import { echoUntilClosed } from './echo-client.mjs';
import { HANDSHAKE_CASES } from './handshake-cases.ts';
import { acceptance, readHead } from './judged.ts';

describe('the server, to a handshake with', () => {
  let server: TidemarkServer;
  beforeAll(async () => {
    server = await serve({ port: 0, encoders: 0 });
  });
  afterAll(() => server.close());

  test.each(HANDSHAKE_CASES.map((each) => [each.name, each] as const))(
    '%s',
    async (_, { request, status }) => {
      const socket = connect(server.port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.write(request, 'latin1');
      const { head } = await readHead(socket);
      expect(head.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      if (status === 101) expect(head).toMatch(/^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im);
      else expect(head).not.toMatch(/^sec-websocket-accept:/im);
    },
  );
});

describe('the client, to an answer with', () => {
  const RIGHT = ['Upgrade: websocket', 'Connection: Upgrade'];
  const accepted = (request: string) => acceptance(request);
  const changed = (from: RegExp, to: string) => (request: string) => acceptance(request).replace(from, to);
  const more = (line: string) => changed(/\r\n\r\n$/, `\r\n${line}\r\n\r\n`);

  test.each<[string, (request: string) => string, string | undefined]>([
    ['all that it should have', accepted, undefined],
    ['names of headers in capitals', changed(/^sec-websocket-accept/im, 'SEC-WEBSOCKET-ACCEPT'), undefined],
    ['Upgrade in capitals', changed(/websocket/, 'WebSocket'), undefined],
    ['a wrong accept', changed(/Accept: ./, 'Accept: -'), 'Invalid Sec-WebSocket-Accept header'],
    ['no accept', changed(/Sec-WebSocket-Accept.*\r\n/, ''), 'Invalid Sec-WebSocket-Accept header'],
    ['no Upgrade', changed(/Upgrade: websocket\r\n/, ''), 'HTTP 101'],
    ['an Upgrade to something else', changed(/websocket/, 'h2c'), 'Invalid Upgrade header'],
    [
      'a subprotocol that nobody asked for',
      more('Sec-WebSocket-Protocol: chat'),
      'Server sent a subprotocol but none was requested',
    ],
    [
      'an extension that nobody asked for',
      more('Sec-WebSocket-Extensions: permessage-deflate'),
      'Server sent a Sec-WebSocket-Extensions header but no extension was requested',
    ],
    ['200', () => ['HTTP/1.1 200 OK', ...RIGHT, 'Content-Length: 2', '', 'ok'].join('\r\n'), 'HTTP 200: ok'],
    ['403', () => 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n', 'HTTP 403'],
    ['301', () => 'HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n', 'HTTP 301'],
    ['no HTTP', () => 'nonsense\r\n\r\n', 'Parse Error'],
    ['nothing', () => '', 'socket hang up'],
  ])('%s', async (_, answer, reason) => {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcome = echoUntilClosed(url).then(
      ({ code }: { code: number }) => code,
      ({ message }: Error) => message,
    );
    const [socket] = (await once(server, 'connection')) as [Socket];
    const { head } = await readHead(socket);
    const close = new Sender('client').close(4000);
    socket.end(
      Buffer.concat([Buffer.from(answer(head), 'latin1'), reason === undefined ? close : Buffer.alloc(0)]),
    );
    if (reason === undefined) expect(await outcome).toBe(4000);
    else expect(await outcome).toContain(reason);
  });
});
