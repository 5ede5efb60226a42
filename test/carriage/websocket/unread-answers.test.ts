import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { dialWebSocket } from '../../../src/carriage/websocket/dial.ts';
import { frame } from './frames.ts';

test('a server that pings without end and reads no pong is not read from for ever', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', (request) => {
      socket.pause();
      const key = /Sec-WebSocket-Key: (.*)\r\n/i.exec(request.toString('latin1'))?.[1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      const ping = frame({ opcode: 9, payload: Buffer.alloc(125) });
      const many = Buffer.concat(Array.from({ length: 1000 }, () => ping));
      const flood = () => {
        while (!socket.destroyed && socket.write(many));
      };
      socket.on('drain', flood);
      flood();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let pings = 0;
  let last = -1;
  const options = { maximumMessageBytes: 1000, mostUnsentBytes: 100_000 };
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const connection = dialWebSocket({ url, subprotocol: undefined }, options, {
    opened: () => {},
    failed: () => {},
    messages: () => {},
    heard: () => pings++,
    closed: () => {},
  });
  onTestFinished(() => {
    connection.terminate();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await expect
    .poll(
      () => {
        const still = pings > 0 && pings === last;
        last = pings;
        return still;
      },
      { interval: 300 },
    )
    .toBe(true);
});
