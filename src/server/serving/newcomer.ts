import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { Link } from '../../session/link.ts';
import type { Claimant } from '../clients/name-registry.ts';
import type { Occupant } from '../clients/occupants.ts';

/** What a newcomer needs of its connection. */
type NewConnection = Pick<FrameConnection, 'listen' | 'ping' | 'setReading' | 'terminate'>;

/**
 * An open connection that has no name yet. Messages that arrive meanwhile are kept for its occupant. They are few: the first one
 * stops the reading.
 */
export class Newcomer implements ConnectionListener, Occupant, Claimant {
  readonly #connection: NewConnection;
  readonly #link: Link;
  readonly #host: Host;
  readonly #waitMs: number;
  readonly #left: () => void;
  #early: { readonly payload: Uint8Array; readonly text: boolean }[] | undefined;
  #wait: { readonly alarm: Alarm; done(alive: boolean): void } | undefined;
  #gone = false;

  /**
   * @param waitMs how long it has to show that it is alive
   * @param left called if it ends before it has an occupant
   */
  constructor(
    { connection, link }: { connection: NewConnection; link: Link },
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

  /** Passes the kept messages to the occupant, who listens to the connection from now on. */
  become(occupant: ConnectionListener): void {
    this.#connection.listen(occupant);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { payload, text } of early) occupant.message(payload, text);
  }

  answers(): Promise<boolean> {
    // A message is a sign of life; and since it stopped the reading, a pong could not arrive.
    // Over a link without pings, being open has to suffice.
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
    this.#connection.setReading(false);
    this.#early ??= [];
    this.#early.push({ payload, text });
    this.#waitNoMore(true);
  }

  heard(): void {
    this.#waitNoMore(true);
  }

  answered(): void {
    this.#waitNoMore(true);
  }

  drained(): void {}

  closed(): void {
    this.#gone = true;
    this.#waitNoMore(false);
    this.#left();
  }

  /** It is owed no close frame yet. */
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
