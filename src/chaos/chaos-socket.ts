import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ChaosPath, type FaultEvent } from './chaos-path.ts';
import type { FaultSpec } from './fault/fault-spec.ts';

/**
 * A server's socket with a path between it and the server on which things go wrong.
 *
 * @param connection which connection it is, from 1 on
 */
export function chaosSocket(
  socket: Duplex,
  spec: FaultSpec,
  connection: number,
  tell: (event: FaultEvent) => void,
): Duplex {
  const cut = () => {
    const { resetAndDestroy } = socket as Partial<Socket>; // only a socket of TCP has it
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
    // On a half-open path the client is not told; it keeps the socket for as long as it likes, and nothing waits for it.
    if (path.halfOpen) (socket as Partial<Socket>).unref?.();
    else if (path.down.destroyed) socket.destroy();
    else path.down.end();
  });
  return outer;
}
