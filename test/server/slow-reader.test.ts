import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerEvent } from '../../src/server/options/server-event.ts';
import { serve } from '../../src/server/serve.ts';

const HEARTBEAT_MS = 200;

/** A plain client that reads nothing, of a server that sends as fast as it can. */
async function unread(path: string) {
  const events: ServerEvent[] = [];
  const options = { port: 0, encoders: 0, heartbeatMs: HEARTBEAT_MS };
  const server = await serve({ ...options, onEvent: (event) => events.push(event) });
  onTestFinished(() => server.close());
  const first = new WebSocket(`${server.url}${path}&count=1`);
  await once(first, 'close'); // what is sent first has been made by now
  await expect.poll(() => events).toContainEqual(expect.objectContaining({ event: 'leave' }));
  events.length = 0;
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  const head = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
  const keys = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
  socket.write([...head, ...keys, '', ''].join('\r\n'));
  await expect.poll(() => events).toContainEqual(expect.objectContaining({ event: 'join' }));
  return { socket, left: () => events.filter(({ event }) => event === 'leave') };
}

test.each(['/users?rate=max', '/bytes?size=1048576&rate=max'])(
  'who has megabytes of %s to read before a ping is not called silent',
  async (path) => {
    const { socket, left } = await unread(path);
    await sleep(5 * HEARTBEAT_MS);
    expect(left()).toEqual([]);
    socket.destroy();
    await expect.poll(left).toHaveLength(1);
    expect(left()).toMatchObject([{ reason: 'lost' }]);
  },
);

test('who has little to read, and answers no ping, is silent after two intervals', async () => {
  const { left } = await unread('/users?rate=1');
  await expect.poll(left).toHaveLength(1);
  expect(left()).toMatchObject([{ reason: 'silent' }]);
});
