import { write } from 'node:fs';

/** When a slow reader of the output should slow its sources down, and when they may go on. */
const FULL_BYTES = 8 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;
const RETRY_MS = 5;

export interface LineWriterHooks {
  /** The reader is gone or the disk is full: nothing more will be written. Called once. */
  broken?(error: NodeJS.ErrnoException): void;
  /** The backlog has grown large, or has become small again. */
  full?(full: boolean): void;
}

/**
 * Writes lines to a file descriptor without ever waiting for its reader: a terminal that is stopped, or a slow
 * pipe, holds up a thread of the pool and not the event loop (as `process.stdout` on a pipe or a TTY would).
 */
export class LineWriter {
  readonly #descriptor: number;
  readonly #hooks: LineWriterHooks;
  #waiting: string[] = [];
  #backlogBytes = 0;
  #writing = false;
  #full = false;
  #broken = false;
  #flushed: (() => void)[] = [];

  constructor(descriptor: number, hooks: LineWriterHooks = {}) {
    this.#descriptor = descriptor;
    this.#hooks = hooks;
  }

  /** Bytes (of UTF-16 text, about) that have not been taken yet. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  write(line: string): void {
    if (this.#broken) return;
    this.#waiting.push(line, '\n');
    this.#grow(line.length + 1);
    if (!this.#writing) this.#next();
  }

  /** Resolves when all has been written, or nothing more can be. */
  flush(): Promise<void> {
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push(resolve));
  }

  #next(): void {
    const text = this.#waiting.join('');
    this.#waiting = [];
    if (text !== '') return this.#writeAll(Buffer.from(text), text.length);
    this.#writing = false;
    for (const resolve of this.#flushed.splice(0)) resolve();
  }

  #writeAll(rest: Buffer, length: number): void {
    this.#writing = true;
    write(this.#descriptor, rest, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#writeAll(rest, length), RETRY_MS);
      } else if (error !== null) {
        this.#break(error);
      } else if (written < rest.length) {
        this.#writeAll(rest.subarray(written), length);
      } else {
        this.#grow(-length);
        this.#next();
      }
    });
  }

  #break(error: NodeJS.ErrnoException): void {
    this.#broken = true;
    this.#waiting = [];
    this.#grow(-this.#backlogBytes);
    this.#next();
    this.#hooks.broken?.(error);
  }

  #grow(bytes: number): void {
    this.#backlogBytes += bytes;
    const full = this.#backlogBytes > (this.#full ? LOW_BYTES : FULL_BYTES);
    if (full === this.#full) return;
    this.#full = full;
    this.#hooks.full?.(full);
  }
}
