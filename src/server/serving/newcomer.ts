import type { Connection, ConnectionListener } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { Link } from '../../session/link.ts';
import type { Claimant } from '../clients/names.ts';
import type { Occupant } from '../clients/occupants.ts';

/**
 * A connection that is open and has no name yet. What it sends meanwhile is kept for whoever will live on it: no more than
 * has been read already, since then it is read no further.
 */
export class Newcomer implements ConnectionListener, Occupant, Claimant {
  readonly #connection: Connection;
  readonly #link: Link;
  readonly #host: Host;
  readonly #waitMs: number;
  readonly #left: () => void;
  #occupant: ConnectionListener | undefined;
  #early: { readonly payload: Uint8Array; readonly text: boolean }[] | undefined;
  #wait: { readonly alarm: Alarm; done(alive: boolean): void } | undefined;
  #gone = false;

  /**
   * @param waitMs how long it has to give a sign of life
   * @param left called when it has ended before anybody lives on it
   */
  constructor(
    { connection, link }: { connection: Connection; link: Link },
    host: Host,
    waitMs: number,
    left: () => void,
  ) {
    this.#connection = connection;
    this.#link = link;
    this.#host = host;
    this.#waitMs = waitMs;
    this.#left = left;
  }

  /** Whether it has ended, or is about to. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Has somebody live on it, who is told what has come, and all that will. */
  become(occupant: ConnectionListener): void {
    this.#occupant = occupant;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { payload, text } of early) occupant.message(payload, text);
  }

  answers(): Promise<boolean> {
    // What has been heard of it is a sign; it may be read no further, so that a pong would not come.
    // Over a link without pings that it is open still has to do.
    if (this.#gone || this.#early !== undefined || !this.#link.ping) return Promise.resolve(!this.#gone);
    return new Promise((resolve) => {
      const alarm = this.#host.alarm(() => this.terminate());
      alarm.set(this.#host.now().monotonicMs + this.#waitMs);
      this.#wait = { alarm, done: resolve };
      this.#connection.ping();
    });
  }

  giveWay(): void {
    this.terminate();
  }

  message(payload: Uint8Array, text: boolean): void {
    if (this.#occupant !== undefined) return this.#occupant.message(payload, text);
    this.#connection.setReading(false);
    this.#early ??= [];
    this.#early.push({ payload, text });
    this.#waitNoMore(true);
  }

  heard(): void {
    if (this.#occupant === undefined) this.#waitNoMore(true);
    else this.#occupant.heard();
  }

  answered(): void {
    if (this.#occupant === undefined) this.#waitNoMore(true);
    else this.#occupant.answered();
  }

  drained(): void {
    this.#occupant?.drained();
  }

  closed(code: number, reason: string): void {
    if (this.#occupant !== undefined) return this.#occupant.closed(code, reason);
    this.#gone = true;
    this.#waitNoMore(false);
    this.#left();
  }

  /** It has been promised nothing yet. */
  stop(): void {
    this.terminate();
  }

  terminate(): void {
    this.#gone = true;
    this.#waitNoMore(false);
    this.#connection.terminate();
  }

  hold(): void {}

  #waitNoMore(alive: boolean): void {
    this.#wait?.alarm.clear();
    this.#wait?.done(alive);
    this.#wait = undefined;
  }
}
