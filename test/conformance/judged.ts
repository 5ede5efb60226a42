import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { serve } from '../../src/server/serve.ts';
import type { Side } from './case.ts';
import { echoUntilClosed } from './echo-client.mjs';
import { RawPeer } from './raw-peer.ts';

/** The side that is judged, ready for any number of connections. */
export interface Judged extends AsyncDisposable {
  open(): Promise<RawPeer>;
}

const END_OF_HEAD = '\r\n\r\n';
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export async function judged(side: Side): Promise<Judged> {
  return side === 'server' ? judgedServer() : judgedClient();
}

/** What the judged server gets from a client that is right. */
const HANDSHAKE: string = [
  'GET /echo HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  END_OF_HEAD.slice(2),
].join('\r\n');

async function judgedServer(): Promise<Judged> {
  const server = await serve({ port: 0, encoders: 0 });
  return {
    open: async () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(HANDSHAKE);
      const { head, rest } = await readHead(socket);
      if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(head);
      return new RawPeer(socket, 'server', rest);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The client's transport as an echo, dialling a server that is nothing but a socket. */
async function judgedClient(): Promise<Judged> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    open: async () => {
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      void echoUntilClosed(`ws://127.0.0.1:${port}/`);
      const [socket] = await accepted;
      const { head } = await readHead(socket);
      socket.write(acceptance(head));
      return new RawPeer(socket, 'client');
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** The answer to a client's handshake (RFC 6455, section 4.2.2). */
export function acceptance(head: string): string {
  const [, key = ''] = /^sec-websocket-key: (.*)$/im.exec(head) ?? [];
  const accept = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`, END_OF_HEAD.slice(2)].join('\r\n');
}

/** The head of a request or an answer, and what came behind it; all that came if the connection ended before. */
export async function readHead(socket: Socket): Promise<{ head: string; rest: Buffer }> {
  let bytes = Buffer.alloc(0);
  socket.on('error', () => {});
  for (;;) {
    const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
    if (typeof chunk === 'boolean') return { head: bytes.toString('latin1'), rest: Buffer.alloc(0) };
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0) continue;
    socket.removeAllListeners('data');
    const behind = end + END_OF_HEAD.length;
    return { head: bytes.toString('latin1', 0, behind), rest: bytes.subarray(behind) };
  }
}
