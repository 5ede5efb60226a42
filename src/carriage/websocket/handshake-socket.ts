import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Who takes a socket after the handshake. */
export interface SocketReader {
  /** Where the next read goes. */
  room(): Uint8Array;
  /** So many bytes were read: into the room, but for a first read, which may have had other memory. */
  received(count: number, bytes: Uint8Array): void;
}

/** For the answer to a handshake; what is read beyond it moves to its reader. */
const READ_BYTES = 16_384;

/**
 * A client's socket as Node's HTTP has it during the handshake. What comes behind the answer goes to whoever it is handed over to, who reads as
 * `onread` lets one: into memory of its own, without a stream between.
 */
export class HandshakeSocket extends Duplex {
  readonly #socket: Socket;
  #reader: SocketReader | undefined;
  readonly #onError = (error: Error): void => void this.destroy(error);
  readonly #onEnd = (): void => void this.push(null);
  readonly #onClose = (): void => void this.destroy();

  /** @param open opens the socket, with this `onread` */
  constructor(open: (onread: OnReadOpts) => Socket) {
    super();
    const bytes = Buffer.allocUnsafe(READ_BYTES);
    this.#socket = open({
      buffer: () => this.#reader?.room() ?? bytes,
      callback: (count, read) => {
        if (this.#reader !== undefined) this.#reader.received(count, read);
        else if (!this.push(Buffer.from(bytes.subarray(0, count)))) this.#socket.pause();
        return true;
      },
    });
    this.#socket.on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onClose);
  }

  /**
   * From now on it is all the reader's.
   *
   * @returns the socket, and what was read that nobody has used
   */
  handOver(reader: SocketReader): { socket: Socket; rest: Buffer } {
    this.#socket.off('error', this.#onError).off('end', this.#onEnd).off('close', this.#onClose);
    this.#reader = reader;
    const rest: Buffer | null = this.read();
    return { socket: this.#socket, rest: rest ?? Buffer.alloc(0) };
  }

  override _read(): void {
    if (this.#reader === undefined) this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#reader === undefined) this.#socket.destroy();
    done(error);
  }
}
