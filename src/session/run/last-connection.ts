import { isNormalClose } from '../close-codes.ts';
import type { Link } from '../link.ts';
import type { CutShort } from './cut-short.ts';
import { notTriedAgain } from './redial.ts';
import type { RunOutput } from './run-output.ts';

/** How long the closing handshake may take once the run is over. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Whether a run has a connection, and what happens to the last one when the run is over: it is closed, or else dropped.
 */
export class LastConnection {
  #open = false;
  #runEnded = false;
  #dropAtMs = Number.POSITIVE_INFINITY;

  /** A connection is being opened. */
  dialled(): void {
    this.#open = true;
  }

  /** It was closed, could not be opened, or no longer matters. @returns what to do next */
  gone(): RunOutput[] {
    this.#open = false;
    return this.#runEnded ? [{ type: 'closed' }] : [];
  }

  /** The run is over. @returns what to do at once */
  runEnded(nowMs: number): RunOutput[] {
    this.#runEnded = true;
    this.#dropAtMs = nowMs + CLOSE_TIMEOUT_MS;
    return this.#open ? [] : [{ type: 'closed' }];
  }

  /** When to call `drop`, after the end of the run. */
  get dropAtMs(): number {
    return this.#open ? this.#dropAtMs : Number.POSITIVE_INFINITY;
  }

  /** Nothing could be read for this long: the closing handshake may take as much longer. */
  heldUp(ms: number): void {
    this.#dropAtMs += ms;
  }

  /** Drops the connection, if there is one and its time is up. */
  drop(nowMs: number): RunOutput[] {
    if (!this.#open || nowMs < this.#dropAtMs) return [];
    this.#dropAtMs = Number.POSITIVE_INFINITY;
    return [{ type: 'terminate' }];
  }

  /** Drops it without waiting for its close. */
  dropNow(): RunOutput[] {
    return this.drop(Number.POSITIVE_INFINITY);
  }
}

/** A connection, or an attempt to open one, that has ended. */
export interface EndedConnection {
  /** Whether messages could arrive over it. */
  readonly connected: boolean;
  readonly code: number;
  readonly reason: string;
  /** Whether its server is plain, and has not asked to be come back to. */
  readonly plain: boolean;
  /** Whether the run is to end with its connection, whatever the server is. */
  readonly once: boolean;
  /** Whether the run has a count, and all of it came. */
  readonly whole: boolean;
  readonly link: Pick<Link, 'halfClose'>;
}

/** Why a connection ended, as a part of a sentence. Where a response may end by itself, codes mean nothing to people. */
export function closeText(code: number, reason: string, { halfClose }: Pick<Link, 'halfClose'>): string {
  if (halfClose) return reason === '' ? 'the server ended its response' : reason;
  return reason === '' ? `close code ${code}` : `${reason} (close code ${code})`;
}

/**
 * Whether a run ends with this connection: a plain server that closes it as if it had sent everything would start over.
 *
 * @param triesOn whether to keep trying until that one connection exists
 * @returns undefined if the run reconnects
 */
export function endWithConnection(
  { connected, code, reason, plain, once, whole, link }: EndedConnection,
  triesOn: boolean,
): CutShort | undefined {
  if (!connected) {
    const closed = link.halfClose
      ? closeText(code, '', link)
      : `the server closed the connection (close code ${code})`;
    const why = reason === '' ? closed : reason;
    return once && !triesOn ? notTriedAgain(why) : undefined;
  }
  const normal = isNormalClose(code);
  if (!once && !(plain && normal)) return undefined;
  if (normal && whole) return { error: undefined, integrity: false };
  const how = reason === '' ? ` (close code ${code})` : `: ${closeText(code, reason, link)}`;
  const error = link.halfClose ? closeText(code, reason, link) : `the connection ended${how}`;
  return { error, integrity: normal };
}
