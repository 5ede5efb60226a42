import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, serveOn, tidemark } from '../processes.ts';
import { CARRIAGES } from './carriages.mjs';
import { Reader, type StreamEnd } from './reader.ts';
import type { Over } from './witness.ts';

/** What a terminal would take for an order, or for the end of a line. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;

/** The head and body that answer this request. */
async function answered(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(head);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** A client of this name says these texts. */
async function say(over: Over, port: number, client: string, texts: readonly string[]): Promise<void> {
  const url = `127.0.0.1:${port}/users?rate=1&client=${client}`;
  if (over === 'websocket') {
    const socket = new WebSocket(`ws://${url}`);
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    for (const text of texts) socket.send(text);
    return;
  }
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(`http://${url}`, { signal: leaving.signal });
  const headers = {
    'Tidemark-Session': response.headers.get('Tidemark-Session') ?? '',
    'Content-Type': 'text/plain',
  };
  for (const body of texts)
    await fetch(`http://127.0.0.1:${port}/receipts`, { method: 'POST', headers, body });
}

describe('names that would do harm', () => {
  // A server each: it shows no more than some lines a second.
  test.each(CARRIAGES)(
    'are refused over $name, and can neither move the cursor nor forge a line where they are shown',
    async ({ name, request }) => {
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
        const answer = await answered(port, request(target));
        expect(answer, target.slice(0, 60)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        expect(answer.length, target.slice(0, 60)).toBeLessThan(1000);
      }
      const texts = [
        '\u001b[2J\u001b]0;title\u0007',
        'one\n12:00:00.000 + forged joins',
        '\r\u009b31m\u202eabc',
        '\u0000',
      ];
      await say(name, port, 'constructor', [...texts, 'the last']);
      await server.line(/constructor.*: the last$/);
      server.kill('SIGTERM');
      await server.exited;
      const shown = [...server.stdout, ...server.stderr];
      // A browser asks for what there is not all by itself.
      const told = refused.filter(
        ([target]) => name === 'websocket' || /^\/(users|arrays|bytes)\?/.test(target),
      );
      const lines = shown.filter((line) => / refused with | {2}constructor: /.test(line));
      expect(lines).toHaveLength(told.length + texts.length + 1);
      expect(shown.filter((line) => CONTROL.test(line))).toEqual([]);
      expect(shown.filter((line) => /^12:00:00/.test(line))).toEqual([]);
    },
  );

  test('that objects have by themselves are names like others', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    let left = 0;
    for (const { name: over, request } of CARRIAGES)
      for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
        const url = `ws://127.0.0.1:${port}/users?client=${name}`;
        const holder = new Reader(over, `${url}&rate=1`, {});
        onTestFinished(() => holder.drop());
        await holder.opened;
        expect(await answered(port, request(`/users?client=${name}`))).toMatch(/^HTTP\/1\.1 409 /);
        holder.drop();
        left++;
        await server.firstEvents(left, 'leave');
        const { whole } = await new Promise<StreamEnd>((ended) => {
          const heir = new Reader(over, `${url}&rate=max&count=3`, { ended });
          onTestFinished(() => heir.drop());
        });
        expect(whole).toBe(true);
        left++;
        const leaves = await server.firstEvents(left, 'leave');
        expect(leaves.at(-1)).toMatchObject({ client: name, reason: 'done', messages: 3 });
      }
  });
});
