import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';

const program = fileURLToPath(new URL('echo-client.mjs', import.meta.url));

/** A suite that speaks as Autobahn's `fuzzingserver` does, with these messages as its cases. */
async function suiteOf(cases: readonly (string | Buffer)[]): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  onTestFinished(() => void server.close());
  server.on('connection', (socket, { url = '' }) => {
    const { pathname, searchParams } = new URL(url, 'ws://suite');
    const sent = cases[Number(searchParams.get('case')) - 1];
    if (pathname === '/getCaseCount') socket.send(String(cases.length));
    if (pathname === '/runCase' && sent !== undefined) {
      socket.send(sent);
      socket.on('message', (data: Buffer, isBinary) => {
        const same = isBinary === Buffer.isBuffer(sent) && data.equals(Buffer.from(sent));
        seen.push(`${pathname} ${searchParams.get('agent')} ${same}`);
        socket.close(1000);
      });
      return;
    }
    seen.push(`${pathname} ${searchParams.get('agent')}`);
    socket.close(1000);
  });
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('runs every case of a suite, echoes text and binary, and asks for the reports', async () => {
  const { url, seen } = await suiteOf(['text', Buffer.of(0, 255), '', Buffer.alloc(100_000, 7)]);
  const { stdout } = await promisify(execFile)(process.execPath, [program, url]);
  expect(stdout).toBe('4 cases run\n');
  const cases = Array.from({ length: 4 }, () => '/runCase Tidemark true');
  expect(seen).toEqual(['/getCaseCount null', ...cases, '/updateReports Tidemark']);
});
