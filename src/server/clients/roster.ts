import { ChurnMap } from '../../host/churn-map.ts';

/** Who holds a name. */
export interface Holder {
  /** A later connection must bring it to take over the name. */
  readonly token: string;
  /** Called when a later connection has taken the name over. */
  superseded(): void;
}

/** The clients that are connected, by name. A name is held by one connection at a time. */
export class Roster {
  readonly #holders = new ChurnMap<string, Holder>();
  #nameless = 0;

  get size(): number {
    return this.#holders.size;
  }

  /** A name for a client that brought none. */
  freeName(): string {
    let name: string;
    do name = `client-${++this.#nameless}`;
    while (this.#holders.has(name));
    return name;
  }

  /** Whether a connection that brings this token may have the name. */
  admits(name: string, token: string | undefined): boolean {
    const holder = this.#holders.get(name);
    return holder === undefined || holder.token === token;
  }

  /** Who has the name; undefined if nobody does. */
  holder(name: string): Holder | undefined {
    return this.#holders.get(name);
  }

  /** Gives the name to a holder whom `admits` let in; the one before, if any, is told and no longer on it. */
  enter(name: string, holder: Holder): void {
    const before = this.#holders.get(name);
    this.#holders.delete(name);
    before?.superseded();
    this.#holders.set(name, holder);
  }

  /** Takes a holder off. */
  leave(name: string, holder: Holder): void {
    if (this.#holders.get(name) === holder) this.#holders.delete(name);
  }
}
