import { connect as connectTcp } from 'node:net';
import { expect, test } from 'vitest';
import { serve } from '../../src/server/serve.ts';
import { collectAll, oldBytes } from '../collector.ts';

/** So many are there at a time. */
const AT_A_TIME = 64;
/** Some thousand have to come before all code is compiled, and all buffers have their size. */
const WARM = 3000;
const CLIENTS = 6000;

/** Comes, and goes once something has been sent to it. */
function comeAndGo(port: number, target: string): Promise<void> {
  const head = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(`${head}${key}\r\n`));
    socket.on('error', () => {});
    socket.once('data', () => socket.destroy());
    socket.on('close', () => resolve());
  });
}

test.each([
  ['of one stream', () => 'users?rate=1'],
  ['of a stream each', (number: number) => `arrays?shape=2,2,2,2&decimals=9&max=${number}&rate=1`],
  ['to whom nothing is served', () => 'nothing?rate=1'],
  ['for echoes', () => 'echo?a=1'],
])('clients %s come and go, and leave nothing behind', async (_, targetOf) => {
  await using server = await serve({ port: 0, encoders: 0 });
  let come = 0;
  const comings = async (upTo: number) => {
    const one = async () => {
      while (come < upTo) {
        const number = ++come;
        await comeAndGo(server.port, `/${targetOf(number)}&client=${`client-${number}`.padEnd(64, 'x')}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, one));
  };
  await comings(WARM);
  collectAll();
  const beforeBytes = oldBytes();
  await comings(WARM + CLIENTS);
  collectAll();
  expect((oldBytes() - beforeBytes) / CLIENTS).toBeLessThan(100);
});
