import { Socket } from 'node:net';
import { PipeChannel } from './channel.ts';
import type { ToPrimary, ToWorker } from './message.ts';
import { Worker } from './worker.ts';
import { CHANNEL_FD } from './worker-process.ts';

/** The program of a worker's process. */
const channel = new PipeChannel<ToWorker, ToPrimary>(
  new Socket({ fd: CHANNEL_FD, readable: true, writable: true }),
);
// Whatever the primary died of: its port must be free at once, and nobody else would end this process.
const worker = new Worker(channel, () => process.exit());

process.on('disconnect', () => process.exit());
process.on('message', (_, socket) => {
  if (socket instanceof Socket) worker.take(socket);
});
// A terminal and systemd send these to all processes of a service; the primary, which gets them too, says what to do.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
