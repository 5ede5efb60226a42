import { Duplex } from 'node:stream';
import { fairTurns } from './fair-turns.ts';

const NOTHING = Buffer.alloc(0);

/** So many bytes are decoded between two looks at the clock: of the smallest frames there are 170 in it. */
const SLICE_BYTES = 1024;
/**
 * How long slices are decoded at a stretch. One slice a turn would be too few beside the turn in which as much is sent
 * as a turn takes: a fast client's receipts would wait until the messages that they are of are forgotten.
 */
const STRETCH_MS = 0.5;

/**
 * A server's socket whose input is decoded in slices, by turns with all other connections: a chunk of 64 KiB can hold
 * ten thousand frames. While more than `mostUnsentBytes` wait to be sent nothing is read, since what a peer sends has
 * answers, and one that does not read them could have them pile up. What is written passes through as it is.
 */
export class SlicedSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #mostUnsentBytes: number;
  #input: Buffer;
  #wanted = false;
  #ended = false;
  #gone = false;
  #error: Error | undefined;
  readonly #feed = (): boolean => this.#feedSlices();

  /** @param head what was read behind the handshake */
  constructor(socket: Duplex, head: Buffer, mostUnsentBytes: number) {
    super({ readableHighWaterMark: SLICE_BYTES, autoDestroy: true });
    this.#socket = socket;
    this.#input = head.length === 0 ? NOTHING : head;
    this.#mostUnsentBytes = mostUnsentBytes;
    socket.on('data', (chunk: Buffer) => {
      this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
      if (this.#input.length > SLICE_BYTES) socket.pause(); // a little goes on without: pausing costs
      this.#feedSoon();
    });
    socket.pause();
    socket.on('end', () => {
      this.#ended = true;
      this.#feedSoon();
    });
    socket.on('drain', () => this.#feedSoon());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => {
      this.#gone = true;
      if (this.#input.length === 0 || this.isPaused()) this.destroy(this.#error);
      else this.#feedSoon(); // what came before the end is still decoded, by turns as ever
    });
  }

  override _read(): void {
    this.#wanted = true;
    this.#feedSoon();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#socket.write(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#socket.cork();
    for (const { chunk } of chunks) this.#socket.write(chunk);
    this.#socket.uncork();
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    fairTurns.remove(this.#feed);
    this.#socket.destroy();
    done(error);
  }

  #feedSoon(): void {
    if (this.#wanted) fairTurns.add(this.#feed);
  }

  /** @returns false: `_read` follows, or what was waited for */
  #feedSlices(): boolean {
    const startMs = performance.now();
    while (this.#feedSlice() && performance.now() - startMs < STRETCH_MS);
    return false;
  }

  /** @returns whether a slice was used, and the next is wanted */
  #feedSlice(): boolean {
    if (!this.#wanted || this.destroyed) return false;
    if (this.#input.length === 0) {
      if (this.#gone) this.destroy(this.#error);
      else if (this.#ended) this.push(null);
      else if (this.#socket.isPaused()) this.#socket.resume();
      return false;
    }
    if (this.#socket.writableLength > this.#mostUnsentBytes && !this.#gone) return false; // `drain` follows
    this.#wanted = false;
    const slice = this.#input.subarray(0, SLICE_BYTES);
    // What is used up is let go: an empty piece of it would keep all of it.
    this.#input = slice.length === this.#input.length ? NOTHING : this.#input.subarray(slice.length);
    this.#socket.cork(); // so that all that is answered to it goes to the kernel in one call
    if (this.push(slice)) this.#wanted = true;
    this.#socket.uncork();
    return this.#wanted;
  }
}
