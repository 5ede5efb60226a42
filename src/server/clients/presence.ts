import type { CarriageName, LeaveReason } from '../options/server-event.ts';

/**
 * One client as it is at a moment: a member of `/clients`. It is worked out when somebody asks, from what serving the client needs
 * anyway; `CLIENTS_SCHEMA` describes each field.
 */
export interface Presence {
  readonly name: string;
  readonly stream: string;
  readonly carriage: CarriageName;
  readonly from: number;
  readonly cursor: number;
  readonly rate: number | 'max';
  readonly blocks: number;
  readonly verified: number;
  readonly mismatched: number;
  readonly lag_ms: number | null;
  readonly last_block_ms: number | null;
  readonly late_ms: number | null;
  readonly address: string | null;
  readonly since: string;
}

/** A client as it was when it left. */
export interface Departure extends Presence {
  readonly reason: LeaveReason;
  /** When. */
  readonly left: string;
}

/** A client on a connection. */
export interface Present {
  readonly name: string;
  /** When it came, in milliseconds since 1970. */
  readonly sinceMs: number;
  presence(): Presence;
  /** Closes its connection for good: it is not to come back. */
  dismiss(): void;
}

/** How many departures are remembered. */
const MOST_DEPARTURES = 100;

/** The clients that left lately. */
export class Departures {
  readonly #recent: Departure[] = [];
  #count = 0;

  /** How many there were since the server began. */
  get count(): number {
    return this.#count;
  }

  add(departure: Departure): void {
    this.#count++;
    this.#recent.push(departure);
    if (this.#recent.length > MOST_DEPARTURES) this.#recent.shift();
  }

  /** The newest first. */
  get recent(): Departure[] {
    return this.#recent.toReversed();
  }
}
