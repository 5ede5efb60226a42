import { writeSync } from 'node:fs';
import { type DescriptorWriter, writerTo } from './descriptor-writer.ts';

/** When a slow reader of the output should slow its sources down, and when they may go on. */
export const FULL_BYTES: number = 8 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;
const RETRY_MS = 5;
/**
 * Lines soon after a write are gathered, for this long or up to so many: a write costs far more than a line, and at
 * full speed every turn of the event loop brings one.
 */
const GATHER_MS = 20;
const GATHER_BYTES = 65_536;

export interface LineWriterHooks {
  /** The reader is gone or the disk is full: nothing more will be written. Called once. */
  broken?(error: NodeJS.ErrnoException): void;
  /** The backlog has become large, or small again. */
  full?(full: boolean): void;
}

/** Lines waiting to be written. */
interface Chunk {
  readonly bytes: Buffer;
  /** Its length as counted, in characters. */
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
  /**
   * Full chunks, which precede the text being gathered: thousands of waiting lines would be as many objects for the
   * collector.
   */
  readonly #chunks: Chunk[] = [];
  #waiting = '';
  #backlogBytes = 0;
  #writing = false;
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** Runs only while lines are being gathered, and never during a write. */
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

  /** Roughly the bytes (of UTF-16) that have not been taken yet. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** Writes a line: at once after a pause, within a few milliseconds if it is one of many. */
  write(line: string): void {
    if (this.#broken) return;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= GATHER_BYTES) this.#chunks.push(this.#takeWaiting());
    this.#grow(line.length + 1);
    this.#next();
  }

  /** Resolves when everything has been written, or nothing more can be. Lines are not gathered meanwhile. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushed.push(resolve);
      this.#next();
    });
  }

  /** Writes what is waiting, if it is time. */
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

  /** The reader has taken everything before, so writing synchronously does not block. */
  #writeAtExit(): void {
    let rest = this.#takeWaiting().bytes;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch {
      // Nobody is left to be told.
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
