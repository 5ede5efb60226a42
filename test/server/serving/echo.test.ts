import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { serve } from '../../../src/server/serve.ts';
import type { TidemarkServer } from '../../../src/server/tidemark-server.ts';

async function started(): Promise<TidemarkServer> {
  const server = await serve({ port: 0, encoders: 0 });
  onTestFinished(() => server.close());
  return server;
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

describe('/echo', () => {
  test.each([0, 1, 125, 126, 65_535, 65_536])('returns %i bytes of text and of binary', async (size) => {
    const server = await started();
    const socket = await open(`${server.url}/echo`);
    for (const sent of ['x'.repeat(size), Buffer.alloc(size, 0xff)]) {
      socket.send(sent);
      const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
      expect(isBinary).toBe(typeof sent !== 'string');
      expect(data.equals(Buffer.from(sent))).toBe(true);
    }
  });

  test('refuses a message above the limit of every path', async () => {
    const server = await started();
    const socket = await open(`${server.url}/echo?any=thing`);
    socket.send(Buffer.alloc(65_537));
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1009, 'a message is larger than 65536 bytes']);
  });

  test('is the path alone, and no stream', async () => {
    const server = await started();
    const socket = new WebSocket(`${server.url}/echoes`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  test('reads no further while nothing that it returns is taken', async () => {
    const server = await started();
    const socket = await open(`${server.url}/echo`);
    socket.pause();
    const message = Buffer.alloc(65_536);
    // The kernel holds some MiB each way, and no more: what is beyond that stays with the sender.
    const count = 1024;
    for (let i = 0; i < count; i++) socket.send(message);
    let waitingBytes = socket.bufferedAmount;
    let quietTurns = 0;
    while (quietTurns < 20) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      quietTurns = socket.bufferedAmount === waitingBytes ? quietTurns + 1 : 0;
      waitingBytes = socket.bufferedAmount;
    }
    expect(waitingBytes).toBeGreaterThan((count * message.length) / 2);
    let came = 0;
    socket.on('message', () => came++);
    socket.resume();
    socket.close();
    await once(socket, 'close');
    expect(came).toBe(count);
  });

  test('is closed with 1012 when the server stops', async () => {
    const server = await started();
    const socket = await open(`${server.url}/echo`);
    const closed = once(socket, 'close');
    await server.close();
    expect((await closed)[0]).toBe(1012);
  });

  test('pings, and drops a connection that is silent', async () => {
    const server = await serve({ port: 0, encoders: 0, heartbeatMs: 500 });
    onTestFinished(() => server.close());
    const alive = await open(`${server.url}/echo`);
    const silent = new WebSocket(`${server.url}/echo`, { autoPong: false });
    await once(silent, 'open');
    expect((await once(silent, 'close'))[0]).toBe(1006);
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });
});
