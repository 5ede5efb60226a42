import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A server that knows nothing of Tidemark.
 *
 * @param answer told of each request, by its number from 1 on
 * @param tls its certificate and key, if it speaks TLS
 */
export async function plainPeer(
  answer: (number: number, response: ServerResponse, request: IncomingMessage) => void,
  tls?: { readonly cert: string; readonly key: string },
) {
  const asked: IncomingMessage[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(request);
    answer(asked.length, response, request);
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`, asked };
}
