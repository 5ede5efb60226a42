import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serve } from '../../src/server/serve.ts';
import type { ServerEvent } from '../../src/server/server-event.ts';

const HEARTBEAT_MS = 50;

/** A plain client that reads nothing, of a server that sends as fast as it can. */
async function unread(path: string) {
  const events: ServerEvent[] = [];
  const options = { port: 0, encoders: 0, heartbeatMs: HEARTBEAT_MS };
  const server = await serve({ ...options, onEvent: (event) => events.push(event) });
  onTestFinished(() => server.close());
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  const head = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
  const keys = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
  socket.write([...head, ...keys, '', ''].join('\r\n'));
  await vi.waitUntil(() => events.some(({ event }) => event === 'join'));
  return { socket, left: () => events.filter(({ event }) => event === 'leave') };
}

test.each(['/users?rate=max', '/bytes?size=1048576&rate=max'])(
  'who has megabytes of %s to read before a ping is not called silent',
  async (path) => {
    const { socket, left } = await unread(path);
    await sleep(10 * HEARTBEAT_MS);
    expect(left()).toEqual([]);
    socket.destroy();
    await vi.waitUntil(() => left().length > 0);
    expect(left()).toMatchObject([{ reason: 'lost' }]);
  },
);

test('who has little to read, and answers no ping, is silent after two intervals', async () => {
  const { left } = await unread('/users?rate=1');
  await vi.waitUntil(() => left().length > 0);
  expect(left()).toMatchObject([{ reason: 'silent' }]);
});
