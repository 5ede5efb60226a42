import { type Holder, Roster } from './roster.ts';

/** A connection that wants a name. */
export interface Claimant {
  /** Asks it for a sign of life. Resolves with whether it gave one, or is gone. */
  answers(): Promise<boolean>;
  /** Ends it: another waits for the name in its place. */
  giveWay(): void;
}

/**
 * Why a name was not given: another has it; a later connection has got it while this one waited; this one is gone.
 */
export type NameFault = 'in use' | 'late' | 'gone';

/** A name that was given, until it is given back or a later connection takes it over. */
export class Lease implements Holder {
  readonly token: string;
  /** Whether it was taken over from a connection that had it. */
  readonly takenOver: boolean;
  readonly #giveBack: (lease: Lease) => void;
  #lost = false;
  #told: (() => void) | undefined;

  constructor(token: string, takenOver: boolean, giveBack: (lease: Lease) => void) {
    this.token = token;
    this.takenOver = takenOver;
    this.#giveBack = giveBack;
  }

  /** Calls back when a later connection takes the name over; at once, if one has. */
  whenSuperseded(told: () => void): void {
    this.#told = told;
    if (this.#lost) told();
  }

  superseded(): void {
    this.#lost = true;
    this.#told?.();
  }

  /** Gives the name back, if it is not another's by now. */
  release(): void {
    this.#giveBack(this);
  }
}

/**
 * Who may have which name. A connection may take over a name once it has given a sign of life, and only from the one that had
 * it when it asked: a handshake may be handled late, when its client has given it up and dialled again, and whoever has got
 * the name since dialled later.
 */
export class Names {
  readonly #roster = new Roster();
  /** Who waits for a name that another has: one for each. */
  readonly #waiting = new Map<string, Claimant>();

  /** How many names are held. */
  get held(): number {
    return this.#roster.size;
  }

  /** A name for a client that brought none. */
  freeName(): string {
    return this.#roster.freeName();
  }

  /** Whether a name is free, as far as can be seen before it is claimed. */
  isFree(name: string): boolean {
    return this.#roster.holder(name) === undefined;
  }

  /** Whether a connection that brings this token may claim a name, as far as can be seen before it does. */
  admits(name: string, token: string | undefined): boolean {
    return this.#roster.admits(name, token);
  }

  /** Gives a name to a connection, or says why not. A free name is taken before this returns. */
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
    const lease = new Lease(token, !this.isFree(name), (given) => this.#roster.leave(name, given));
    this.#roster.enter(name, lease);
    return lease;
  }
}
