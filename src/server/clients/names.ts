import { type Holder, Roster } from './roster.ts';

/** A connection that wants a name. */
export interface Claimant {
  /** Asks for a sign of life. Resolves with true when it comes, with false if the connection ends. */
  answers(): Promise<boolean>;
  /** Ends it, because a later connection waits for the name instead. */
  giveWay(): void;
}

/** Why a name was not given: another holds it; a later connection got it while this one waited; this one is gone. */
export type NameFault = 'in use' | 'late' | 'gone';

/** The holder of a lease. */
export interface LeaseOwner {
  /** A later connection has taken the name over. */
  superseded(): void;
}

/** The right to a name, until it is released or a later connection takes the name over. */
export class Lease implements Holder {
  readonly token: string;
  /** Whether the name was taken over from another connection. */
  readonly takenOver: boolean;
  readonly #name: string;
  readonly #roster: Roster;
  #lost = false;
  #yields = false;
  #owner: LeaseOwner | undefined;

  constructor(name: string, token: string, takenOver: boolean, roster: Roster) {
    this.#name = name;
    this.token = token;
    this.takenOver = takenOver;
    this.#roster = roster;
  }

  /** Sets the callback for when a later connection takes the name over; calls it at once if one already has. */
  belongTo(owner: LeaseOwner): void {
    this.#owner = owner;
    if (this.#lost) owner.superseded();
  }

  get yields(): boolean {
    return this.#yields;
  }

  /** Lets anybody take over the name from now on. */
  giveWay(): void {
    this.#yields = true;
  }

  superseded(): void {
    this.#lost = true;
    this.#owner?.superseded();
  }

  /** Gives the name back, unless another has taken it over. */
  release(): void {
    this.#roster.leave(this.#name, this);
  }
}

/**
 * Leases names to connections. A connection may take over a name once it has shown a sign of life, and only from the holder at the
 * time of its claim. A handshake may be handled so late that its client has given up and dialled again; a holder that got
 * the name in the meantime dialled later, and keeps it.
 */
export class Names {
  readonly #roster = new Roster();
  /** The claimant that waits for each held name: the latest one. */
  readonly #waiting = new Map<string, Claimant>();

  /** How many names are held. */
  get held(): number {
    return this.#roster.size;
  }

  /** Returns an unused name for a client that brought none. */
  freeName(): string {
    return this.#roster.freeName();
  }

  /** Whether a name is free now; only a claim makes sure. */
  isFree(name: string): boolean {
    return this.#roster.holder(name) === undefined;
  }

  /** Whether a connection with this token could claim a name now; only a claim makes sure. */
  admits(name: string, token: string | undefined): boolean {
    return this.#roster.admits(name, token);
  }

  /** Leases a name to a connection, or says why not. A free name is taken before this returns. */
  async claim(name: string, token: string, claimant: Claimant): Promise<Lease | NameFault> {
    const before = this.#roster.holder(name);
    if (!this.#roster.admits(name, token)) return 'in use';
    if (before === undefined) return this.#give(name, token);
    this.#waiting.get(name)?.giveWay();
    this.#waiting.set(name, claimant);
    const alive = await claimant.answers();
    if (this.#waiting.get(name) === claimant) this.#waiting.delete(name);
    if (!alive) return 'gone';
    const now = this.#roster.holder(name);
    if (now !== undefined && now !== before) return 'late';
    return this.#give(name, token);
  }

  #give(name: string, token: string): Lease {
    const lease = new Lease(name, token, !this.isFree(name), this.#roster);
    this.#roster.enter(name, lease);
    return lease;
  }
}
