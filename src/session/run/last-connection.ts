import { isNormalClose } from '../close-codes.ts';
import { NOT_TRIED_AGAIN } from './redial.ts';
import type { CutShort } from './run-deadlines.ts';
import type { RunOutput } from './run-output.ts';

/** How long the closing handshake may take once the run is over. */
const CLOSE_TIMEOUT_MS = 1000;

/** Whether a run has a connection, and what becomes of the last one when the run is over: it is closed, or else dropped. */
export class LastConnection {
  #open = false;
  #runEnded = false;
  #dropAtMs = Number.POSITIVE_INFINITY;

  /** One is opened. */
  dialled(): void {
    this.#open = true;
  }

  /** It is closed, could not be opened, or is of no interest any more. @returns what follows */
  gone(): RunOutput[] {
    this.#open = false;
    return this.#runEnded ? [{ type: 'closed' }] : [];
  }

  /** The run is over. @returns what follows at once */
  runEnded(nowMs: number): RunOutput[] {
    this.#runEnded = true;
    this.#dropAtMs = nowMs + CLOSE_TIMEOUT_MS;
    return this.#open ? [] : [{ type: 'closed' }];
  }

  /** When to call `drop`, after the end of the run. */
  get dropAtMs(): number {
    return this.#open ? this.#dropAtMs : Number.POSITIVE_INFINITY;
  }

  /** Does so if there is one, and its time is over. */
  drop(nowMs: number): RunOutput[] {
    if (!this.#open || nowMs < this.#dropAtMs) return [];
    this.#dropAtMs = Number.POSITIVE_INFINITY;
    return [{ type: 'terminate' }];
  }

  /** Does not wait for its close. */
  dropNow(): RunOutput[] {
    return this.drop(Number.POSITIVE_INFINITY);
  }
}

/** A connection, or an attempt to open one, and its end. */
export interface EndedConnection {
  /** Whether messages could come over it. */
  readonly connected: boolean;
  readonly code: number;
  readonly reason: string;
  /** Whether its server is plain: nothing can be asked for again there. */
  readonly plain: boolean;
  /** Whether the run is to end with its connection, whatever its server is. */
  readonly once: boolean;
  /** Whether that one connection is tried for until it is there. */
  readonly wait: boolean;
  /** Whether all of the run's count came, if it has one. */
  readonly whole: boolean;
}

/**
 * Whether a run ends with this connection: a plain server that closes it as one does who has sent all would begin from
 * the start again. @returns undefined if it comes back
 */
export function endWithConnection({
  connected,
  code,
  reason,
  plain,
  once,
  wait,
  whole,
}: EndedConnection): CutShort | undefined {
  if (!connected) {
    const why = reason === '' ? `the server closed the connection (close code ${code})` : reason;
    return once && !wait ? { error: `${why}${NOT_TRIED_AGAIN}`, integrity: false } : undefined;
  }
  const normal = isNormalClose(code);
  if (!once && !(plain && normal)) return undefined;
  if (normal && whole) return { error: undefined, integrity: false };
  const error = `the connection ended${reason === '' ? '' : `: ${reason}`} (close code ${code})`;
  return { error, integrity: normal };
}
