import { ChurnMap } from '../../host/churn-map.ts';

/** The holder of a name. */
export interface Holder {
  /** What a later connection must bring to take over the name. */
  readonly token: string;
  /** Whether anybody may take over the name, without the token. @default false */
  readonly yields?: boolean;
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

  /** Returns an unused name for a client that brought none. */
  freeName(): string {
    let name: string;
    do name = `client-${++this.#nameless}`;
    while (this.#holders.has(name));
    return name;
  }

  /** Whether a connection with this token may have the name. */
  admits(name: string, token: string | undefined): boolean {
    const holder = this.#holders.get(name);
    return holder === undefined || holder.token === token || holder.yields === true;
  }

  holder(name: string): Holder | undefined {
    return this.#holders.get(name);
  }

  /** Gives the name to a holder that `admits` let in, and tells the previous one. */
  enter(name: string, holder: Holder): void {
    const before = this.#holders.get(name);
    this.#holders.delete(name);
    before?.superseded();
    this.#holders.set(name, holder);
  }

  /** Removes a holder, unless the name is another's by now. */
  leave(name: string, holder: Holder): void {
    if (this.#holders.get(name) === holder) this.#holders.delete(name);
  }
}
