import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../wording/usage-error.ts';
import { type Channel, PipeChannel } from './channel.ts';
import type { ToPrimary, ToWorker } from './message.ts';

/** The file descriptor of a worker's pipe to the primary. */
export const CHANNEL_FD = 4;

/** A process that a primary has started, or what stands for one. */
export interface WorkerProcess {
  readonly pid: number;
  readonly channel: Channel<ToPrimary, ToWorker>;
  /** Passes a socket on. */
  give(socket: Socket): void;
  kill(): void;
  /** Sets the callback for its end, which says what it died of. */
  onEnd(ended: (how: string) => void): void;
}

/**
 * Starts a worker's process.
 *
 * @throws UsageError if its program is not there, as in a bundle that has only what is imported
 */
export function startWorkerProcess(): WorkerProcess {
  const program = fileURLToPath(new URL('./worker-program.js', import.meta.url));
  if (!existsSync(program)) {
    throw new UsageError('bad_option', 'workers', (nameOf) => {
      const remedy = `leave ${nameOf('workers')} out, or put tidemark's dist/workers/worker-program.js there, bundled by itself`;
      return `the program of a worker is not at ${program}: ${remedy}`;
    });
  }
  const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'] });
  child.on('error', () => {}); // `exit` follows, or it could not be killed
  return {
    pid: child.pid ?? 0,
    channel: new PipeChannel(child.stdio[CHANNEL_FD] as Duplex),
    give: (socket) => giveSocket(child, socket),
    kill: () => void child.kill('SIGKILL'),
    onEnd: (ended) => {
      // `close` follows `exit` once all that it wrote has been read.
      child.once('close', (code, signal) => {
        ended(signal === null ? `it ended with code ${code}` : `it was killed by ${signal}`);
      });
    },
  };
}

function giveSocket(child: ChildProcess, socket: Socket): void {
  if (!child.connected) {
    socket.destroy();
    return;
  }
  child.send('socket', socket, (error) => {
    if (error !== null) socket.destroy();
  });
}
