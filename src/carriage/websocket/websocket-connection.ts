import { WebSocket } from 'ws';
import type { Connection } from '../connection.ts';
import type { FrameSocket } from './frame-socket.ts';

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
