import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { DialledResponse } from '../../../src/carriage/http/dialled-response.ts';
import { nodePlatform } from '../../../src/carriage/http/node-platform.ts';
import { LIMITS } from '../../../src/session/limits.ts';

/** A response that says nothing, of a server that answers no POST; and how often it was called a sign of life. */
async function silent(mostUnsentBytes: number) {
  let heard = 0;
  let posts = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST') posts++;
    else response.writeHead(200, HEAD).flushHeaders();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/users`;
  const limits = { maximumMessageBytes: LIMITS.outboundMessageBytes, eventIdBytes: LIMITS.eventIdBytes };
  let opened = () => {};
  const open = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const connection = new DialledResponse(
    { url, proof: true, probe: false },
    { platform: nodePlatform({}), as: 'lines', ...limits, mostUnsentBytes },
    { lastEventId: '', retryMs: undefined },
    { opened: () => opened(), failed: () => {}, messages: () => {}, closed: () => {}, heard: () => heard++ },
  );
  onTestFinished(() => connection.terminate());
  await open;
  return { connection, heard: () => heard, posts: () => posts };
}

const HEAD = {
  'Content-Type': 'application/x-ndjson',
  'Tidemark-Welcome': '{}',
  'Tidemark-Session': 'session-1',
};

test('silence is excused while what waits to be posted holds back the reading', async () => {
  const { connection, heard, posts } = await silent(0);
  connection.ping();
  expect(heard()).toBe(0);
  connection.sendText('\u001e{"type":"clock_request","t1_ms":1}');
  await expect.poll(posts).toBe(1);
  connection.ping();
  expect(heard()).toBe(1);
});

test('silence is none of this end’s while it reads', async () => {
  const { connection, heard, posts } = await silent(LIMITS.unsentBytes);
  connection.sendText('\u001e{"type":"clock_request","t1_ms":1}');
  await expect.poll(posts).toBe(1);
  connection.ping();
  expect(heard()).toBe(0);
});
