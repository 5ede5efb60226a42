import { fstatSync, write } from 'node:fs';

/** Writes bytes, or some of them, and then reports how many, or an error. */
export type DescriptorWriter = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/**
 * A writer that blocks neither the event loop nor the end of the process. `write` of node:fs waits for a slow reader in
 * a thread, and a process can't exit before its threads do; so a pipe is written as Node's socket. A stopped terminal
 * does block a thread; see `endNow`.
 */
export function writerTo(descriptor: number): DescriptorWriter {
  const stream = descriptor === 1 ? process.stdout : descriptor === 2 ? process.stderr : undefined;
  if (stream !== undefined && isPipe(descriptor))
    return (bytes, done) => {
      stream.write(bytes, (error) => done(error ?? null, bytes.length));
    };
  return (bytes, done) => write(descriptor, bytes, done);
}

function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}
