import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ACCESS_LIMITS } from '../../../src/server/options/access-limits.ts';
import { respond } from '../../../src/server/request/http-answer.ts';
import { takesLeave } from '../../../src/server/request/leaving.ts';

/** More than the kernel holds of one connection. */
const LARGE = 'x'.repeat(32 * 1024 * 1024);
const body = { type: 'text/plain', text: LARGE };

async function answering() {
  const server = createServer((_, response) => respond(response, { status: 200, sentence: '', body }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Asks, and does not read the answer. */
async function asked(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  return socket;
}

async function readAll(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(socket, 'close');
  return bytes;
}

test('a large answer waits for who takes a while to read it', async () => {
  const socket = await asked(await answering());
  await sleep(ACCESS_LIMITS.refusedMs + 500);
  expect(await readAll(socket)).toBeGreaterThan(LARGE.length);
});

test('at most 256 such answers wait, and the oldest is cut off for another', () => {
  const destroyed: number[] = [];
  const responses = Array.from({ length: ACCESS_LIMITS.waitingAnswers + 2 }, (_, index) => {
    const response = new EventEmitter() as unknown as ServerResponse;
    return Object.assign(response, {
      socket: { writableLength: 1 },
      destroy: () => {
        destroyed.push(index);
        response.emit('close');
      },
    });
  });
  onTestFinished(() => {
    for (const response of responses) response.emit('close');
  });
  for (const response of responses.slice(0, -2)) takesLeave(response);
  expect(destroyed).toEqual([]);
  responses[0]?.emit('close'); // it has been taken
  for (const response of responses.slice(-2)) takesLeave(response);
  expect(destroyed).toEqual([1]);
});
