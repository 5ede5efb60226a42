import type { Claimant, Lease, LeaseOwner, NameFault, NameRegistry } from './name-registry.ts';
import { type Holder, Roster } from './roster.ts';

/**
 * Leases the names of this process alone to connections. A connection may take over a name once it has shown a sign of life, and only from the holder at the
 * time of its claim. A handshake may be handled so late that its client has given up and dialled again; a holder that got
 * the name in the meantime dialled later, and keeps it.
 */
export class Names implements NameRegistry {
  readonly #roster = new Roster();
  /** The claimant that waits for each held name: the latest one. */
  readonly #waiting = new Map<string, Claimant>();

  get held(): number {
    return this.#roster.size;
  }

  freeName(): string {
    return this.#roster.freeName();
  }

  isFree(name: string): boolean {
    return this.#roster.holder(name) === undefined;
  }

  admits(name: string, token: string | undefined): boolean {
    return this.#roster.admits(name, token);
  }

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
    const lease = new RosterLease(name, token, !this.isFree(name), this.#roster);
    this.#roster.enter(name, lease);
    return lease;
  }
}

/** A lease of a name on the roster of this process. */
class RosterLease implements Lease, Holder {
  readonly token: string;
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

  belongTo(owner: LeaseOwner): void {
    this.#owner = owner;
    if (this.#lost) owner.superseded();
  }

  get yields(): boolean {
    return this.#yields;
  }

  giveWay(): void {
    this.#yields = true;
  }

  superseded(): void {
    this.#lost = true;
    this.#owner?.superseded();
  }

  release(): void {
    this.#roster.leave(this.#name, this);
  }
}
