import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/** Messages from one process to another and back, in order. */
export interface Channel<In, Out> {
  send(message: Out): void;
  /** @param received called with each message. @param closed called once, when the other process is gone */
  listen(received: (message: In) => void, closed: () => void): void;
  close(): void;
}

const LENGTH_BYTES = 4;

/**
 * A channel over a pipe. All messages of one turn of the event loop are written together: there are thousands a second, and to write
 * costs more than what is written. Node's own channel between processes (`process.send`) is left to the sockets: while one is on its
 * way, all that is sent there waits for it.
 */
export class PipeChannel<In, Out> implements Channel<In, Out> {
  readonly #pipe: Duplex;
  #batch: Out[] = [];

  constructor(pipe: Duplex) {
    this.#pipe = pipe;
  }

  send(message: Out): void {
    if (this.#batch.push(message) === 1) setImmediate(() => this.#flush());
  }

  listen(received: (message: In) => void, closed: () => void): void {
    let isClosed = false;
    const pieces = new Pieces();
    this.#pipe.on('data', (chunk: Buffer) => {
      pieces.add(chunk);
      for (let batch = pieces.take(); batch !== undefined; batch = pieces.take()) {
        for (const message of deserialize(batch) as In[]) received(message);
      }
    });
    this.#pipe.on('error', () => {}); // `close` follows
    for (const end of ['end', 'close']) {
      this.#pipe.once(end, () => {
        if (isClosed) return;
        isClosed = true;
        closed();
      });
    }
  }

  close(): void {
    this.#flush();
    this.#pipe.end();
  }

  #flush(): void {
    if (this.#batch.length === 0 || !this.#pipe.writable) return;
    const content = serialize(this.#batch);
    this.#batch = [];
    const head = Buffer.alloc(LENGTH_BYTES);
    head.writeUInt32LE(content.length);
    this.#pipe.cork();
    this.#pipe.write(head);
    this.#pipe.write(content);
    this.#pipe.uncork();
  }
}

/** Cuts what was read into what was written. */
class Pieces {
  #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  take(): Buffer | undefined {
    if (this.#size < LENGTH_BYTES) return undefined;
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : this.#joinedHead();
    const end = LENGTH_BYTES + bytes.readUInt32LE();
    if (this.#size < end) return undefined;
    const all = this.#chunks.length === 1 ? bytes : Buffer.concat(this.#chunks);
    const rest = all.subarray(end);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return all.subarray(LENGTH_BYTES, end);
  }

  /** Enough to read the length off, without joining a large batch again for every chunk of it. */
  #joinedHead(): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks;
    if (first.length >= LENGTH_BYTES) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
