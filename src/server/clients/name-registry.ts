/**
 * Who has which name. In one process that is `Names`; where several serve the same clients, it asks those who decide for all of
 * them.
 */
export interface NameRegistry {
  /** How many names this process's clients hold. */
  readonly held: number;
  /** Returns an unused name for a client that brought none. */
  freeName(): string;
  /** Whether a name is free now, as far as is known here; only a claim makes sure. */
  isFree(name: string): boolean;
  /** Whether a connection with this token could claim a name now, as far as is known here; only a claim makes sure. */
  admits(name: string, token: string | undefined): boolean;
  /** Leases a name to a connection, or says why not. A name that is known to be free is taken before this returns. */
  claim(name: string, token: string, claimant: Claimant): Promise<Lease | NameFault>;
}

/** A connection that wants a name. */
export interface Claimant {
  /** Asks for a sign of life. Resolves with true when it comes, with false if the connection ends. */
  answers(): Promise<boolean>;
  /** Ends it, because a later connection waits for the name instead. */
  giveWay(): void;
}

/**
 * Why a name was not given: another holds it; a later connection got it while this one waited; this one is gone; nobody can say
 * now whose it is.
 */
export type NameFault = 'in use' | 'late' | 'gone' | 'undecided';

/** The right to a name, until it is released or a later connection takes the name over. */
export interface Lease {
  /** Whether the name was taken over from another connection. */
  readonly takenOver: boolean;
  /** Sets the callback for when a later connection takes the name over; calls it at once if one already has. */
  belongTo(owner: LeaseOwner): void;
  /** Lets anybody take over the name from now on. */
  giveWay(): void;
  /** Gives the name back, unless another has taken it over. */
  release(): void;
}

/** The holder of a lease. */
export interface LeaseOwner {
  /** A later connection has taken the name over. */
  superseded(): void;
  /** Nobody can tell whether it or another has the name: its client is to come back, and claim it again. */
  revoked(): void;
}
