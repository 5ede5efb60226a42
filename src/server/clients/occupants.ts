import { ChurnMap } from '../../host/churn-map.ts';
import type { Present } from './presence.ts';

/** What a client holds as long as it is connected: a place, and perhaps a name. */
export interface Admission {
  /** Gives everything back; calling it again does no harm. */
  release(): void;
}

/** What runs on a connection: a stream's pump, an echo, or a newcomer. */
export interface Occupant {
  /** Ends the connection because the server stops. */
  stop(): void;
  /** Drops the connection at once. */
  terminate(): void;
  /** Stops or resumes taking in and reporting what the peer sends. */
  hold(held: boolean): void;
  /** The client that it is. @default none, such as an echo, or a client that has no name yet */
  readonly client?: Present;
}

/** All occupants of connections. */
export class Occupants {
  readonly #all = new ChurnMap<Admission, Occupant>();
  #held = false;
  #allLeft: (() => void) | undefined;

  /** Records a connection's occupant, replacing its previous one. */
  enter(admission: Admission, occupant: Occupant): void {
    this.#all.set(admission, occupant);
    if (this.#held) occupant.hold(true);
  }

  /** Removes an occupant and releases its admission. @returns false if that was done before */
  leave(admission: Admission): boolean {
    if (!this.#all.delete(admission)) return false;
    admission.release();
    if (this.#all.size === 0) this.#allLeft?.();
    return true;
  }

  /** The clients, in the order in which they came. */
  clients(): Present[] {
    return this.#all.values().flatMap(({ client }) => client ?? []);
  }

  hold(held: boolean): void {
    this.#held = held;
    for (const occupant of this.#all.values()) occupant.hold(held);
  }

  /** Ends all connections, drops those still there after `mostMs`, and resolves when all are gone. */
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
