import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { Occupant } from '../clients/occupants.ts';

/** Who takes no line for so many seconds is dropped. */
const MOST_MISSED = 30;

/**
 * Somebody who watches the server. It is sent a line a second as long as it takes them; what it misses is not kept for it, and once
 * it takes lines again it gets a new opening, which has what it missed.
 */
export class Watcher implements ConnectionListener, Occupant {
  /** Whether it may see where clients are. */
  readonly withAddresses: boolean;
  readonly #connection: FrameConnection;
  readonly #left: (watcher: Watcher) => void;
  #missed = 0;
  #opened = false;

  /** @param left called once, when the connection has ended */
  constructor(connection: FrameConnection, withAddresses: boolean, left: (watcher: Watcher) => void) {
    this.#connection = connection;
    this.withAddresses = withAddresses;
    this.#left = left;
  }

  /** Sends an opening. */
  open(line: Uint8Array): void {
    this.#opened = true;
    this.#connection.writeFrames([line]);
  }

  /** Sends a line, if it takes one. @returns false if it has missed lines and takes them again: then it needs an opening */
  second(line: Uint8Array): boolean {
    const connection = this.#connection;
    if (!connection.takesFrames || connection.hasUnsent) {
      this.#opened = false;
      if (++this.#missed >= MOST_MISSED) connection.terminate();
      return true;
    }
    this.#missed = 0;
    if (this.#opened) connection.writeFrames([line]);
    return this.#opened;
  }

  message(): void {}

  heard(): void {}

  answered(): void {}

  drained(): void {}

  closed(): void {
    this.#left(this);
  }

  stop(): void {
    this.#connection.close(CLOSE.restarting, 'the server stops');
  }

  terminate(): void {
    this.#connection.terminate();
  }

  /** Nothing that it sends is reported. */
  hold(): void {}
}
