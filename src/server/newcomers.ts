import type { Alarm } from '../transport/alarm.ts';
import type { ConnectionListener, FrameConnection } from '../transport/connection.ts';
import type { Host } from '../transport/host.ts';

/**
 * Connections that want a name which another one has. Each gets it once it has answered a ping: a handshake may be handled
 * late, when its client has given it up and dialled again, and must not take the name from what was dialled then.
 */
export class Newcomers {
  readonly #host: Host;
  readonly #waitMs: number;
  /** By the names that they want. */
  readonly #waiting = new Map<string, Newcomer>();

  /** @param waitMs how long a newcomer has to answer */
  constructor(host: Host, waitMs: number) {
    this.#host = host;
    this.#waitMs = waitMs;
  }

  /**
   * Has a connection wait for a name, in place of the one that waited for it before, if any.
   *
   * @param admit called when it has answered, for what it is then
   */
  add(name: string, connection: FrameConnection, admit: () => ConnectionListener): ConnectionListener {
    this.#waiting.get(name)?.terminate();
    const newcomer = new Newcomer(connection, this.#host, this.#waitMs, admit, () => {
      if (this.#waiting.get(name) === newcomer) this.#waiting.delete(name);
    });
    this.#waiting.set(name, newcomer);
    return newcomer;
  }

  terminate(): void {
    for (const newcomer of this.#waiting.values()) newcomer.terminate();
  }
}

class Newcomer implements ConnectionListener {
  readonly #connection: FrameConnection;
  readonly #admit: () => ConnectionListener;
  readonly #waitsNoMore: () => void;
  readonly #alarm: Alarm;
  #admitted: ConnectionListener | undefined;

  constructor(
    connection: FrameConnection,
    host: Host,
    waitMs: number,
    admit: () => ConnectionListener,
    waitsNoMore: () => void,
  ) {
    this.#connection = connection;
    this.#admit = admit;
    this.#waitsNoMore = waitsNoMore;
    this.#alarm = host.alarm(() => this.terminate());
    this.#alarm.set(host.now().monotonicMs + waitMs);
    connection.ping();
  }

  message(payload: Uint8Array, text: boolean): void {
    this.#occupant().message(payload, text);
  }

  heard(): void {
    this.#occupant().heard();
  }

  answered(): void {
    this.#occupant().answered();
  }

  drained(): void {
    this.#admitted?.drained();
  }

  closed(code: number, reason: string): void {
    this.#waitNoMore();
    this.#admitted?.closed(code, reason);
  }

  terminate(): void {
    this.#connection.terminate();
  }

  #occupant(): ConnectionListener {
    if (this.#admitted === undefined) {
      this.#waitNoMore();
      this.#admitted = this.#admit();
    }
    return this.#admitted;
  }

  #waitNoMore(): void {
    this.#alarm.clear();
    this.#waitsNoMore();
  }
}
