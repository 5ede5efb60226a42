import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ConnectionListener, FrameConnection } from '../../../src/carriage/connection.ts';
import { WebSocketAcceptor } from '../../../src/carriage/websocket/acceptor.ts';
import { dialWebSocket } from '../../../src/carriage/websocket/dial.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { clientHandshake } from './client-handshake.ts';

const SILENT: ConnectionListener = {
  message: () => {},
  heard: () => {},
  answered: () => {},
  drained: () => {},
  closed: () => {},
};

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Dials, and tells all that happens until the connection is closed or has failed. */
function dial(url: string, subprotocol: string | undefined, maximumMessageBytes = 1000): Promise<unknown[]> {
  const told: unknown[] = [];
  return new Promise((resolve) => {
    const connection = dialWebSocket(
      { url, subprotocol },
      { maximumMessageBytes },
      {
        ...SILENT,
        opened: (picked) => told.push(['opened', picked]),
        failed: (failure) => resolve([...told, ['failed', failure]]),
        messages: (batch) => {
          const payload = Buffer.from(batch.payload(0)).toString();
          told.push([batch.isText(0) ? 'text' : 'binary', payload]);
          connection.close(1000, 'enough');
        },
        closed: (code, reason) => resolve([...told, ['closed', code, reason]]),
      },
    );
  });
}

/** A server that sends ready-made frames, and then waits. */
function frameServer(
  frames: Uint8Array,
  seen: (connection: FrameConnection) => void = () => {},
  closingMs = 30_000,
): Server {
  const limits = { mostMessageBytes: 100, mostUnsentBytes: 1_000_000, mostUnsentAnswers: 100 };
  const acceptor = new WebSocketAcceptor({ subprotocol: 'tidemark.v1', ...limits, closingMs });
  return createServer().on('upgrade', (request, socket, head) => {
    acceptor.accept(request, socket, head, new TurnTaker(new TurnAddress()), (connection) => {
      connection.writeFrames([frames]);
      seen(connection);
      return SILENT;
    });
  });
}

const HANDSHAKE = clientHandshake('tidemark.v1');

const HELLO = Uint8Array.of(0x81, 5, ...Buffer.from('hello')); // RFC 6455, section 5.7

describe('dialling', () => {
  test('a server that picks the subprotocol; ready-made frames arrive as messages', async () => {
    const url = await listening(frameServer(HELLO));
    expect(await dial(url, 'tidemark.v1')).toEqual([
      ['opened', 'tidemark.v1'],
      ['text', 'hello'],
      ['closed', 1000, 'enough'],
    ]);
  });

  test('a message of four MiB in fragments of 64 bytes is taken', async () => {
    const part = Buffer.alloc(66, 'a');
    part.set([0x00, 64]);
    const [first, last] = [Buffer.from(part), Buffer.from(part)];
    first[0] = 0x01;
    last[0] = 0x80;
    const frames = Buffer.concat([first, ...Array<Buffer>(65_534).fill(part), last]);
    const told = await dial(await listening(frameServer(frames)), 'tidemark.v1', 4_194_304);
    expect(told[1]).toEqual(['text', 'a'.repeat(4_194_304)]);
  });

  test('a server that picks none is a plain one, and no error', async () => {
    const http = createServer();
    const plain = new WebSocketServer({ server: http, handleProtocols: () => false });
    plain.on('connection', (socket) => socket.send('plain'));
    const url = await listening(http);
    const told = await dial(url, 'tidemark.v1');
    expect(told.slice(0, 2)).toEqual([
      ['opened', undefined],
      ['text', 'plain'],
    ]);
  });

  test('a server that picks one that was not offered has broken the protocol', async () => {
    const http = createServer();
    new WebSocketServer({ server: http, handleProtocols: () => 'other' });
    const [failed] = await dial(await listening(http), 'tidemark.v1');
    expect(failed).toEqual(['failed', { status: undefined, reason: 'Server sent an invalid subprotocol' }]);
  });

  test('a refusal is told with its status and its text', async () => {
    const http = createServer().on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 10\r\nConnection: close\r\n\r\nshort tea\n');
    });
    const url = await listening(http);
    const told = await dial(url, undefined);
    const reason = `${new URL(url).host} answers / with HTTP 418: short tea`;
    expect(told).toEqual([['failed', { status: 418, reason }]]);
  });

  test('nobody there', async () => {
    const http = createServer();
    const url = await listening(http);
    http.close();
    await once(http, 'close');
    const [failed] = await dial(url, undefined);
    expect(failed).toEqual([
      'failed',
      { status: undefined, reason: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  test('a message over the limit ends the connection', async () => {
    const url = await listening(frameServer(HELLO));
    const told = await dial(url, 'tidemark.v1', 4);
    expect(told.at(-1)).toEqual(['closed', 1009, 'a message is larger than 4 bytes']);
  });
});

/** A connection of a server, and the client's socket. */
async function servedPeer() {
  let served: FrameConnection | undefined;
  const url = await listening(
    frameServer(HELLO, (connection) => {
      served = connection;
    }),
  );
  const peer = connectTcp(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void peer.destroy());
  peer.write(HANDSHAKE);
  await once(peer, 'data');
  return { served, peer };
}

test('says whether frames wait: until the peer takes them', async () => {
  const { served, peer } = await servedPeer();
  peer.pause();
  const state = () => ({ takesFrames: served?.takesFrames, hasUnsent: served?.hasUnsent });
  expect(state()).toEqual({ takesFrames: true, hasUnsent: false });
  served?.writeFrames([new Uint8Array(50_000)]);
  expect(state()).toEqual({ takesFrames: true, hasUnsent: false }); // the kernel has it, though Node tells of it later
  for (let i = 0; i < 4; i++) served?.writeFrames([new Uint8Array(8_388_608)]);
  await setTimeout(50);
  expect(state()).toEqual({ takesFrames: false, hasUnsent: true }); // 32 MiB are more than the kernel keeps
  peer.resume();
  await expect.poll(state).toEqual({ takesFrames: true, hasUnsent: false });
});

test('what is written while the connection is corked waits', async () => {
  const { served } = await servedPeer();
  served?.cork();
  served?.writeFrames([new Uint8Array(100)]);
  expect(served).toMatchObject({ takesFrames: true, hasUnsent: true });
  served?.writeFrames([new Uint8Array(100_000)]);
  expect(served).toMatchObject({ takesFrames: false, hasUnsent: true });
  served?.uncork();
  expect(served).toMatchObject({ takesFrames: true, hasUnsent: false });
});

test('a closed connection takes nothing and throws nothing', async () => {
  let served: FrameConnection | undefined;
  const url = await listening(
    frameServer(HELLO, (connection) => {
      served = connection;
    }),
  );
  await dial(url, 'tidemark.v1');
  served?.terminate();
  expect(served?.takesFrames).toBe(false);
  served?.writeFrames([HELLO]);
  served?.sendText('late');
  served?.ping();
  served?.setReading(false);
  served?.close(1000, 'late');
});

test('a peer has so long to come to the close frame', async () => {
  let served: FrameConnection | undefined;
  const keep = (connection: FrameConnection) => {
    served = connection;
  };
  const url = new URL(await listening(frameServer(HELLO, keep, 50)));
  const socket = connectTcp(Number(url.port), url.hostname, () => socket.write(HANDSHAKE));
  await once(socket, 'data'); // the acceptance
  const ended = once(socket.resume(), 'end');
  served?.close(1000, 'done'); // which is not answered
  await ended;
  socket.destroy();
});
