import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ChaosPath, type FaultEvent } from './chaos-path.ts';
import { type FaultSpec, parseFaultSpec } from './fault/fault-spec.ts';

/** Puts a path between a server and each of its sockets, on which things go wrong. */
export class ChaosSockets {
  readonly #spec: FaultSpec;
  readonly #tell: (event: FaultEvent) => void;
  #connections = 0;
  #streams = 0;

  /** @throws UsageError for what says no faults */
  constructor(chaos: string, tell: (event: FaultEvent) => void) {
    this.#spec = parseFaultSpec(chaos);
    this.#tell = tell;
  }

  /**
   * The socket behind its path.
   *
   * @param reads whether what comes on it is read behind the path too; else the server reads the socket itself
   */
  behind(socket: Duplex, reads: boolean): Duplex {
    const cut = () => {
      const { resetAndDestroy } = socket as Partial<Socket>; // only a TCP socket has it
      if (resetAndDestroy === undefined) socket.destroy();
      else resetAndDestroy.call(socket);
      outer.destroy();
    };
    const path = new ChaosPath(this.#spec, ++this.#connections, {
      tell: this.#tell,
      countStream: () => ++this.#streams,
      cut,
      end: () => outer.destroy(),
    });
    const outer = Duplex.from({ readable: path.up, writable: path.down });
    if (reads) socket.pipe(path.up);
    path.down.pipe(socket);
    if (!reads) socket.once('finish', () => socket.destroy()); // the server's end is that of the connection
    socket.on('close', () => {
      if (path.halfOpen) return;
      outer.destroy();
      path.close();
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
}
