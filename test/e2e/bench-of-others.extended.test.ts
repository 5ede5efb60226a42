import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

/** Benches of servers that give no proof: nothing of what came is ever said to be proved. */

const TIMEOUT = { timeout: 60_000 };
const SWEEP = ['--block-sizes', '5', '--clients', '2', '--repeat', '1', '--duration', '300ms'];

/** A server of somebody else's, which answers every path with numbers. */
async function foreignServer(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
  onTestFinished(() => void server.close());
  server.on('connection', (socket, request) => {
    asked.push(request.url ?? '');
    let count = 0;
    const timer = setInterval(() => socket.send(`{"i":${count++}}`), 2);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A gateway that passes a handshake on without its subprotocol, and of what comes back leaves every tenth message out. */
async function droppingGateway(port: number): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
  onTestFinished(() => void server.close());
  server.on('connection', (socket, request) => {
    const behind = new WebSocket(`ws://127.0.0.1:${port}${request.url}`);
    let count = 0;
    behind.on('message', (data, binary) => {
      if (++count % 10 !== 0) socket.send(data, { binary });
    });
    behind.on('error', () => socket.close());
    socket.on('close', () => behind.close());
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bench(...args: string[]) {
  const out = join(temporaryFolder(), 'run.ndjson');
  const done = await outcome(tidemark('bench', ...args, ...SWEEP, '--out', out));
  const records = readFileSync(out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const report = await outcome(tidemark('report', out, '--format', 'text'));
  return { ...done, out, cells: records.filter(({ record }) => record === 'cell'), report: report.stdout };
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('a bench of a server that gives no proof', () => {
  test('is not proved, and fails, since nobody said that it need not be', TIMEOUT, async () => {
    const { url } = await foreignServer();
    const { code, stdout, cells, report } = await bench(`${url}/users`);
    expect(lastLine(stdout)).toMatch(/^FAILED 1 cell measured, 1 not proved: the server gives no proof/);
    expect(code).toBe(2);
    expect(cells).toMatchObject([{ proved: false, provable: false }]);
    expect(report).toContain('NOT PROVED: the server gives no proof');
    expect(`${stdout}${report}`.replaceAll(/not proved/gi, '')).not.toMatch(/proved/i);
  });

  test('that a gateway made of one of ours, and that loses messages, is not proved', TIMEOUT, async () => {
    const port = await freePort();
    await serveOn(port);
    const { code, stdout, cells } = await bench(`${await droppingGateway(port)}/users?seed=7`);
    expect(lastLine(stdout)).toMatch(/^FAILED .* not proved/);
    expect(code).toBe(2);
    expect(cells).toMatchObject([{ proved: false, provable: false }]);
  });

  test(
    'is measured on purpose with --plain: the URL is left alone, and it says what that is worth',
    TIMEOUT,
    async () => {
      const { url, asked } = await foreignServer();
      const { code, stdout, stderr, out, cells } = await bench(
        `${url}/feed?rate=2&access_token=hush-hush`,
        '--plain',
      );
      expect(new Set(asked)).toEqual(new Set(['/feed?rate=2&access_token=hush-hush']));
      expect([0, 3], stderr).toContain(code); // 3 of a machine that was too busy
      expect(lastLine(stdout)).toMatch(
        /^(NOT PROVED 1 cell measured, all valid; the server gives no proof|INVALID)/,
      );
      expect(cells).toMatchObject([{ proved: false, provable: false, stream: '/feed?rate=2' }]);
      expect(readFileSync(out, 'utf8')).not.toContain('hush-hush');
      const again = await outcome(tidemark('bench', '--resume', out, '--thresholds', 'proved'));
      expect(again.stdout).toMatch(/CROSSED .*proved, but it is not proved/);
      expect([99, 3]).toContain(again.code);
    },
  );

  test.each([
    [['--plain'], /URL must be the address of a plain server, got "none"/],
    [['ws://127.0.0.1:1/feed', '--plain', '--streams', 'users'], /--streams must be left out with --plain/],
    [['ws://127.0.0.1:1/feed', '--plain', '--rates', '5'], /--rates must be left out with --plain/],
  ])('refuses %j', async (args, told) => {
    const { code, stderr } = await outcome(tidemark('bench', ...args));
    expect(stderr).toMatch(told);
    expect(code).toBe(1);
  });
});
