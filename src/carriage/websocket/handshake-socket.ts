import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Takes over a socket after the handshake. */
export interface SocketReader {
  /** Where the next read goes. */
  room(): Uint8Array;
  /** `count` bytes were read into `bytes`: the room, or, at the first call, possibly other memory. */
  received(count: number, bytes: Uint8Array): void;
}

/** Room for the answer to the handshake; what is read beyond it goes to the reader. */
const READ_BYTES = 16_384;

/**
 * The socket that a client gives Node's HTTP for the handshake. Afterwards it is handed over to a reader, which reads by `onread`
 * into memory of its own, without a stream in between.
 */
export class HandshakeSocket extends Duplex {
  readonly #socket: Socket;
  #reader: SocketReader | undefined;
  readonly #onError = (error: Error): void => void this.destroy(error);
  readonly #onEnd = (): void => void this.push(null);
  readonly #onClose = (): void => void this.destroy();

  /** @param open opens the socket with this `onread` */
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
   * Hands the socket over to the reader.
   *
   * @returns the socket, and the bytes already read that HTTP did not consume
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
