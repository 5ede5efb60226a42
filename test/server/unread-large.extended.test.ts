import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { serve } from '../../src/server/serve.ts';
import { collectAll } from '../collector.ts';

const MIB = 1_048_576;
const UNREAD = 150;

/** Asks for messages of a megabyte, of a stream of its own, and reads nothing. */
async function unread(port: number, seed: number, upgrade: boolean): Promise<void> {
  const head = `GET /bytes?size=${MIB}&rate=max&seed=${seed} HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  const socket = connectTcp(port, '127.0.0.1').pause();
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(`${head}${upgrade ? `Upgrade: websocket\r\nConnection: Upgrade\r\n${key}` : ''}\r\n`);
}

test.each([
  ['WebSocket', true],
  ['HTTP', false],
])(
  'who reads nothing of large messages over %s holds a part of one, and all others get theirs',
  async (_, upgrade) => {
    await using server = await serve({ port: 0, encoders: 0 });
    const path = (seed: number) => `bytes?size=${MIB}&rate=max&seed=${seed}&count=4`;
    for (let seed = 2; seed < UNREAD + 2; seed++) await unread(server.port, seed, upgrade);
    // It comes behind all of them, several times.
    for (let seed = 1000; seed < 1010; seed++) {
      const run = connect(`${server.url}/${path(seed)}`);
      expect(await run.closed).toMatchObject({ verdict: 'proved', messages: 4 });
    }
    const [response] = await once(request(`http://127.0.0.1:${server.port}/${path(1)}`).end(), 'response');
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    expect(bytes).toBe(4 * (MIB + 1));
    collectAll();
    // What is kept for all, and a quarter of the memory of segments: each had a megabyte on top of it.
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(
      96 * MIB + 64 * MIB + 24 * MIB + UNREAD * 0.2 * MIB,
    );
  },
);
