import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ChaosPath, type FaultEvent } from './chaos-path.ts';
import type { FaultSpec } from './fault/fault-spec.ts';

/**
 * A server's socket, with a faulty path between it and the server.
 *
 * @param connection the number of the connection, from 1 on
 */
export function chaosSocket(
  socket: Duplex,
  spec: FaultSpec,
  connection: number,
  tell: (event: FaultEvent) => void,
): Duplex {
  const cut = () => {
    const { resetAndDestroy } = socket as Partial<Socket>; // only a TCP socket has it
    if (resetAndDestroy === undefined) socket.destroy();
    else resetAndDestroy.call(socket);
    outer.destroy();
  };
  const path = new ChaosPath(spec, connection, { tell, cut, end: () => outer.destroy() });
  const outer = Duplex.from({ readable: path.up, writable: path.down });
  socket.pipe(path.up);
  path.down.pipe(socket);
  socket.on('close', () => {
    if (!path.halfOpen) outer.destroy();
  });
  outer.on('error', () => {});
  outer.on('close', () => {
    // On a half-open path the client is not told; it may keep the socket as long as it likes, and nothing waits for it.
    if (path.halfOpen) (socket as Partial<Socket>).unref?.();
    else if (path.down.destroyed) socket.destroy();
    else path.down.end();
  });
  return outer;
}
