import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { connect } from '../../src/client/connect.ts';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const PASSWORD = 's3cr3tw0rd';
const BASIC = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;

/** A server that wants a header, and is so free as to repeat what it got. */
async function indiscreetServer(wanted: string) {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => false });
  const brought: (string | undefined)[] = [];
  server.on('upgrade', (request, socket, head) => {
    const { authorization = '' } = request.headers;
    brought.push(authorization);
    if (authorization !== wanted) {
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n${authorization} (${PASSWORD}) is wrong\n`,
      );
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      for (let i = 0; i < 4; i++) webSocket.send(`{"i":${i}}`);
      webSocket.close(4000, `go away, ${authorization}, ${PASSWORD}`);
    });
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, brought };
}

async function runOf(url: string, options: ConnectOptions) {
  const told: ClientEvent[] = [];
  const log = join(temporaryFolder(), 'log');
  const run = connect(url, { log, block: 2, once: true, ...options, onEvent: (event) => told.push(event) });
  const verdict = await run.start().closed;
  return { verdict, shown: `${JSON.stringify(told)}${JSON.stringify(verdict)}${readFileSync(log, 'utf8')}` };
}

test.each([{ plain: true }, {}])(
  'user and password of a URL are sent as a header, and are in no event and no log: %j',
  async (options) => {
    const { host, brought } = await indiscreetServer(BASIC);
    const { verdict, shown } = await runOf(`ws://reader:${PASSWORD}@${host}/feed`, { ...options, count: 4 });
    expect(verdict).toMatchObject({ verdict: 'unproved', messages: 4 });
    expect(brought).toEqual([BASIC]);
    expect(shown).toContain(`"url":"ws://${host}/feed"`);
    expect(shown).not.toMatch(new RegExp(`${PASSWORD}|${BASIC.slice(6)}|reader`));
  },
);

test.each([
  ['a password', (host: string) => `ws://reader:${PASSWORD}@${host}/feed`, {}],
  ['a token', (host: string) => `ws://${host}/feed`, { accessToken: PASSWORD }],
  ['a token in the URL', (host: string) => `ws://${host}/feed?access_token=${PASSWORD}`, {}],
] as const)(
  'a server that repeats %s in what it refuses with is quoted without it',
  async (_, url, options) => {
    const { host } = await indiscreetServer('another');
    const { verdict, shown } = await runOf(url(host), options);
    expect(verdict.error).toMatch(/HTTP 401: (Basic|Bearer) … \(…\) is wrong/);
    expect(shown).not.toContain(PASSWORD);
  },
);

test('one that repeats it in its goodbye, too', async () => {
  const { host } = await indiscreetServer(BASIC);
  const { shown } = await runOf(`ws://reader:${PASSWORD}@${host}/feed`, {
    plain: true,
    once: false,
    durationMs: 3000,
  });
  expect(shown).toContain('"reason":"go away, Basic …, …"');
});

test.each([
  `ws://reader:${PASSWORD}@host:99999/users`,
  `ftp://reader:${PASSWORD}@host/users`,
  `http://reader:${PASSWORD}@host/users#part`,
  `ws://reader:${PASSWORD}/@host/users`,
  `ws://host:99999/users?access_token=${PASSWORD}`,
  `ws://reader:${PASSWORD}@host/users?access_token=${PASSWORD}`,
])('an error about %s has no secret', (url) => {
  expect(() => connect(url)).toThrow(/^(?!.*s3cr3tw0rd)/);
});
