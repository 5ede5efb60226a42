import { writeSync } from 'node:fs';
import { type DescriptorWriter, writerTo } from './descriptor-writer.ts';

/** When a slow reader of the output should slow its sources down, and when they may go on. */
export const FULL_BYTES: number = 8 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;
const RETRY_MS = 5;
/**
 * Lines that come so soon after a write wait for others, so long or until they are so many: a write costs far more than
 * a line, and at full speed there is one for each turn of the event loop.
 */
const GATHER_MS = 20;
const GATHER_BYTES = 65_536;

export interface LineWriterHooks {
  /** The reader is gone or the disk is full: nothing more will be written. Called once. */
  broken?(error: NodeJS.ErrnoException): void;
  /** The backlog has grown large, or has become small again. */
  full?(full: boolean): void;
}

/** Lines that wait to be written. */
interface Chunk {
  readonly bytes: Buffer;
  /** Characters, as they are counted. */
  readonly length: number;
}

/**
 * Writes lines to a file descriptor without ever waiting for its reader: a terminal that is stopped, or a slow
 * pipe, does not hold up the event loop (as `process.stdout` on a TTY would).
 */
export class LineWriter {
  readonly #descriptor: number;
  readonly #write: DescriptorWriter;
  readonly #hooks: LineWriterHooks;
  /** Full ones, before what is still a text: thousands of lines that wait would be as many objects of the collector's. */
  readonly #chunks: Chunk[] = [];
  #waiting = '';
  #backlogBytes = 0;
  #writing = false;
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** Runs only while lines wait for others, and never beside a write. */
  #gathering: NodeJS.Timeout | undefined;
  readonly #atExit: () => void = () => this.#writeAtExit();
  #full = false;
  #broken = false;
  #flushed: (() => void)[] = [];

  constructor(descriptor: number, hooks: LineWriterHooks = {}) {
    this.#descriptor = descriptor;
    this.#write = writerTo(descriptor);
    this.#hooks = hooks;
  }

  /** Bytes (of UTF-16 text, about) that have not been taken yet. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** A line after a pause is written at once; one of many, within a few milliseconds. */
  write(line: string): void {
    if (this.#broken) return;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= GATHER_BYTES) this.#chunks.push(this.#takeWaiting());
    this.#grow(line.length + 1);
    this.#next();
  }

  /** Resolves when all has been written, or nothing more can be. Lines do not wait for others then. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushed.push(resolve);
      this.#next();
    });
  }

  /** Writes what waits, if it is time. */
  #next(): void {
    if (this.#writing) return;
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#writeAll(chunk);
    } else if (this.#waiting === '') {
      for (const resolve of this.#flushed.splice(0)) resolve();
    } else if (this.#flushed.length > 0) {
      this.#writeAll(this.#takeWaiting());
    } else if (this.#gathering === undefined) {
      if (performance.now() - this.#writtenMs >= GATHER_MS) this.#writeAll(this.#takeWaiting());
      else this.#gather();
    }
  }

  #gather(): void {
    this.#gathering = setTimeout(() => this.#writeAll(this.#takeWaiting()), GATHER_MS);
    process.on('exit', this.#atExit);
  }

  #takeWaiting(): Chunk {
    const text = this.#waiting;
    this.#waiting = '';
    const chunk = { bytes: Buffer.from(text), length: text.length };
    if (this.#gathering === undefined) return chunk;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    process.off('exit', this.#atExit);
    return chunk;
  }

  /** The reader has taken all that was written before, so what it is given now holds nothing up. */
  #writeAtExit(): void {
    let rest = this.#takeWaiting().bytes;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch {
      // Nobody is left who could be told.
    }
  }

  #writeAll({ bytes, length }: Chunk): void {
    this.#writing = true;
    this.#write(bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#writeAll({ bytes, length }), RETRY_MS);
      } else if (error !== null) {
        this.#break(error);
      } else if (written < bytes.length) {
        this.#writeAll({ bytes: bytes.subarray(written), length });
      } else {
        this.#grow(-length);
        this.#writing = false;
        this.#writtenMs = performance.now();
        this.#next();
      }
    });
  }

  #break(error: NodeJS.ErrnoException): void {
    this.#broken = true;
    this.#waiting = '';
    this.#chunks.length = 0;
    this.#grow(-this.#backlogBytes);
    this.#writing = false;
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
