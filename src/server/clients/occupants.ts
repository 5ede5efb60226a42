import { ChurnMap } from '../../host/churn-map.ts';

/** What a connection holds as long as somebody lives on it: a place among the clients, a name. */
export interface Admission {
  /** Gives all of it back; more than once does no harm. */
  release(): void;
}

/** What lives on a connection. */
export interface Occupant {
  /** Ends the connection because the server stops. */
  stop(): void;
  /** Drops the connection at once. */
  terminate(): void;
  /** Holds back what is told of what the peer sends, or lets it come again. */
  hold(held: boolean): void;
}

/** All that live on connections. */
export class Occupants {
  readonly #all = new ChurnMap<Admission, Occupant>();
  #held = false;
  #allLeft: (() => void) | undefined;

  /** Notes who lives on a connection now, in place of who did, if anybody. */
  enter(admission: Admission, occupant: Occupant): void {
    this.#all.set(admission, occupant);
    if (this.#held) occupant.hold(true);
  }

  /** Gives back what a connection held. @returns false if it had been given back */
  leave(admission: Admission): boolean {
    if (!this.#all.delete(admission)) return false;
    admission.release();
    if (this.#all.size === 0) this.#allLeft?.();
    return true;
  }

  hold(held: boolean): void {
    this.#held = held;
    for (const occupant of this.#all.values()) occupant.hold(held);
  }

  /** Ends all connections, and resolves when that is done. Those that take longer are dropped. */
  async stop(mostMs: number): Promise<void> {
    const allLeft = new Promise<void>((resolve) => {
      this.#allLeft = resolve;
    });
    for (const occupant of this.#all.values()) occupant.stop();
    const timer = setTimeout(() => {
      for (const occupant of this.#all.values()) occupant.terminate();
    }, mostMs);
    if (this.#all.size > 0) await allLeft;
    clearTimeout(timer);
  }
}
