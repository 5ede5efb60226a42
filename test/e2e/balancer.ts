import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** How long a server is waited for that does not answer, before the next one is tried. */
const CONNECT_MS = 1000;

/**
 * Passes each connection to the next of several servers that takes it, as a TCP balancer without stickiness does.
 *
 * @returns its port
 */
export async function startBalancer(ports: readonly number[]): Promise<number> {
  let next = 0;
  const sockets = new Set<Socket>();
  const follow = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    follow(client);
    const tryNext = (left: number): void => {
      const port = ports[next++ % ports.length];
      if (left === 0 || port === undefined) return void client.destroy();
      const upstream = connect(port, '127.0.0.1');
      follow(upstream);
      const giveUp = () => {
        upstream.destroy();
        tryNext(left - 1);
      };
      const timer = setTimeout(giveUp, CONNECT_MS);
      upstream.once('error', giveUp);
      upstream.once('connect', () => {
        clearTimeout(timer);
        upstream.off('error', giveUp);
        client.pipe(upstream).pipe(client);
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
      });
      upstream.once('error', () => clearTimeout(timer));
    };
    tryNext(ports.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
