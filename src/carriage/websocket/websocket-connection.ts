import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { TurnTaker } from '../../host/turns.ts';
import type { Connection, FrameConnection } from '../connection.ts';
import type { FrameSocket } from './frame-socket.ts';
import type { SlicedSocket } from './sliced-socket.ts';

/** What `ws` has on either end, as a connection. A class, so that ten thousand of them share their methods. */
abstract class WebSocketConnection implements Connection {
  protected readonly webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
  }

  sendText(text: string): void {
    if (this.isOpen) this.webSocket.send(text);
  }

  sendBytes(bytes: Uint8Array, text: boolean): void {
    if (this.isOpen) this.webSocket.send(bytes, { binary: !text });
  }

  ping(): void {
    if (this.isOpen) this.webSocket.ping();
  }

  setReading(reading: boolean): void {
    if (this.isOpen) this.read(reading); // once it is closing, it has to read the peer's answer
  }

  close(code: number, reason: string): void {
    this.read(true);
    this.webSocket.close(code, reason);
  }

  terminate(): void {
    this.webSocket.terminate();
  }

  protected get isOpen(): boolean {
    return this.webSocket.readyState === WebSocket.OPEN;
  }

  protected abstract read(reading: boolean): void;
}

/** A client's: who reads the frames for it starts and stops, and takes what is sent most. */
export class DialledConnection extends WebSocketConnection {
  readonly #frames: () => FrameSocket | undefined;

  /** @param frames what `ws` writes to, once there is something */
  constructor(webSocket: WebSocket, frames: () => FrameSocket | undefined) {
    super(webSocket);
    this.#frames = frames;
  }

  /** Receipts pass `ws` by: between two of its calls the stream stands at the border of a frame. */
  override sendText(text: string): void {
    if (this.isOpen) this.#frames()?.sendText(text);
  }

  protected override read(reading: boolean): void {
    this.#frames()?.setReading(reading);
  }
}

/** A server's. */
export class AcceptedConnection extends WebSocketConnection implements FrameConnection {
  readonly turns: TurnTaker;
  readonly #sliced: SlicedSocket;
  readonly #socket: Duplex;

  /**
   * @param sliced what `ws` writes to
   * @param socket what that writes to
   */
  constructor(webSocket: WebSocket, sliced: SlicedSocket, socket: Duplex, turns: TurnTaker) {
    super(webSocket);
    this.#sliced = sliced;
    this.#socket = socket;
    this.turns = turns;
  }

  /** What the kernel took within a call of `write` waits no more, though Node tells of it only later. */
  get takesFrames(): boolean {
    return this.isOpen && (!this.#socket.writableNeedDrain || !this.hasUnsent);
  }

  get hasUnread(): boolean {
    return this.#sliced.hasUnread;
  }

  get hasUnsent(): boolean {
    return this.#socket.writableLength > 0;
  }

  /** Between two calls of `ws` the stream stands at the border of a frame, so ready-made frames can go in. */
  writeFrames(frames: readonly Uint8Array[]): void {
    if (!this.isOpen) return;
    this.#socket.cork(); // so that they go to the kernel in one call
    for (const each of frames) this.#socket.write(each);
    this.#socket.uncork();
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  protected override read(reading: boolean): void {
    if (reading !== this.webSocket.isPaused) return;
    if (reading) this.webSocket.resume();
    else this.webSocket.pause();
  }
}
