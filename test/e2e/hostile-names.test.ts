import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, serveOn, tidemark } from './processes.ts';

/** What a terminal would take for an order, or for the end of a line. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;

/** The head and body that answer this request. */
async function answered(port: number, target: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const headers = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
  socket.write(`GET ${target} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('names that would do harm', () => {
  test('are refused, and can neither move the cursor nor forge a line where they are shown', async () => {
    const port = await freePort();
    const server = tidemark('serve', '--port', String(port));
    await server.line(/Ctrl-C stops it/);
    const refused: [string, number][] = [
      ['/users?client=%1b[2J%1b[31mroot', 400],
      ['/users?client=a%0a12:00:00.000%20+%20forged%20joins', 400],
      ['/users?client=a%0d%00b', 400],
      ['/users?client=a%c2%9b2Jb', 400],
      ['/users?client=a%e2%80%aeb', 400],
      ['/users?client=a%ed%a0%80', 400],
      [`/users?client=${'a'.repeat(5000)}`, 400],
      [`/users?client=${'a'.repeat(10_000)}`, 414],
      ['/users?client=', 400],
      ['/users?client=__proto__', 400],
      ['/users?__proto__=1', 400],
      ['/users?constructor=1', 400],
      ['/__proto__', 404],
      ['/toString', 404],
      ['/%1b[2J', 404],
      [`/${'a'.repeat(10_000)}`, 414],
      ['/arrays?shape=1000000,1000000', 400],
      ['/arrays?shape=65536,65536', 400],
      ['/arrays?shape=1,1,1,1,1,1,1,1,1', 400],
      [`/arrays?shape=${'9'.repeat(5000)}`, 400],
      ['/bytes?size=1e9', 400],
      ['/bytes?size=1048577', 400],
      ['/users?rate=1e308', 400],
      ['/users?seed=18446744073709551616', 400],
      ['/users?profile=sine:1/10000000000h', 400],
      [`/users?${'a=1&'.repeat(2000)}`, 400],
    ];
    for (const [target, status] of refused) {
      const answer = await answered(port, target);
      expect(answer, target).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer.length, target).toBeLessThan(1000);
    }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/users?rate=1&client=constructor`);
    await once(socket, 'open');
    const texts = [
      '\u001b[2J\u001b]0;title\u0007',
      'one\n12:00:00.000 + forged joins',
      '\r\u009b31m\u202eabc',
      '\u0000',
    ];
    for (const text of texts) socket.send(text);
    socket.send('the last');
    await server.line(/constructor.*: the last$/);
    socket.terminate();
    server.kill('SIGTERM');
    await server.exited;
    const shown = [...server.stdout, ...server.stderr];
    const lines = shown.filter((line) => / refused with | {2}constructor: /.test(line));
    expect(lines).toHaveLength(refused.length + texts.length + 1);
    expect(shown.filter((line) => CONTROL.test(line))).toEqual([]);
    expect(shown.filter((line) => /^12:00:00/.test(line))).toEqual([]);
  });

  test('that objects have by themselves are names like others', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const url = `ws://127.0.0.1:${port}/users?client=${name}`;
      const holder = new WebSocket(`${url}&rate=1`);
      await once(holder, 'open');
      await expect(once(new WebSocket(url), 'open')).rejects.toThrow('409');
      holder.close();
      await server.event('leave', ({ client, reason }) => client === name && reason === 'left');
      const heir = new WebSocket(`${url}&rate=max&count=3`);
      expect((await once(heir, 'close'))[0]).toBe(1000);
      await server.event(
        'leave',
        ({ client, reason, messages }) => client === name && reason === 'done' && messages === 3,
      );
    }
  });
});
