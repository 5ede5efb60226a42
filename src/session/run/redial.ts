import { type Closing, closeIsFinal, httpStatusIsFinal } from '../close-codes.ts';
import { BackOff } from './back-off.ts';

/** Why a connection could not be opened. */
export interface DialFailure {
  /** The HTTP status of the refusal, if there was one. */
  readonly status: number | undefined;
  /** A sentence. */
  readonly reason: string;
  /**
   * What another attempt would most likely meet again: there is no such host, the port speaks the other scheme (`ws` or
   * `wss`), or the certificate is not trusted.
   */
  readonly cause?: 'name' | 'scheme' | 'certificate' | undefined;
  /** How long the server asks to wait before the next attempt. */
  readonly retryAfterMs?: number | undefined;
}

/** A connection that was there for so long has shown that the path holds: the next outage starts with short waits. */
const LASTED_MS = 2000;
/** The longest wait that a server can ask for: one that says a year would end the run without saying so. */
const LONGEST_RETRY_AFTER_MS = 900_000;

/** Ends the reason of a run that would have been tried again with `wait`. */
export const NOT_TRIED_AGAIN = '; not tried again';

/** Whether, and when, a run that has no connection dials again. */
export class Redial {
  readonly #backOff: BackOff;
  readonly #giveUpMs: number;
  readonly #wait: boolean;
  /** Whether a server ever took this run, be it that of an earlier process. */
  #welcomed: boolean;
  /** Whether one has taken this process. */
  #connected = false;
  #begunMs: number | undefined;
  #lostMs: number | undefined;
  #reason = 'no attempt was answered';

  /**
   * @param giveUpMs how long the run goes on without a connection
   * @param wait whether a first attempt that fails by the server's name or the scheme is made again
   * @param resumed whether an earlier process of the run was welcomed
   */
  constructor(random: () => number, giveUpMs: number, wait: boolean, resumed: boolean) {
    this.#backOff = new BackOff(random, giveUpMs / 2); // so that it tries once more before it gives up
    this.#giveUpMs = giveUpMs;
    this.#wait = wait;
    this.#welcomed = resumed;
  }

  /** The run begins, without a connection. */
  start(nowMs: number): void {
    this.#lostMs = nowMs;
  }

  /** Messages can come. @returns how long they could not */
  begun(nowMs: number): number {
    const afterMs = nowMs - (this.#lostMs ?? nowMs);
    this.#lostMs = undefined;
    this.#begunMs = nowMs;
    this.#welcomed = true;
    this.#connected = true;
    return afterMs;
  }

  /** There is no connection, or still none. @returns how long to wait before the next attempt */
  lost(reason: string, nowMs: number, retryAfterMs = 0): number {
    this.#lostMs ??= nowMs;
    if (reason !== '') this.#reason = reason;
    if (this.#begunMs !== undefined && nowMs - this.#begunMs >= LASTED_MS) this.#backOff.reset();
    this.#begunMs = undefined;
    // All whom a gateway told to wait would come back together: so each waits a little longer.
    return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) + this.#backOff.nextMs();
  }

  /** When the run has been without a connection for too long, whatever is under way then. */
  get giveUpAtMs(): number {
    return (this.#lostMs ?? Number.POSITIVE_INFINITY) + this.#giveUpMs;
  }

  /** Why the run ends at `giveUpAtMs`. @param pending what is under way, if anything is */
  giveUpError(pending: string | undefined): string {
    return `no connection for ${this.#giveUpMs / 1000} s: ${pending ?? this.#reason}`;
  }

  /** Why there is no connection. */
  get reason(): string {
    return this.#reason;
  }

  /** Whether a server has taken this process. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Whether the run ends with this close of its connection. */
  endsWithClose(code: number, closing: Omit<Closing, 'welcomed'>): boolean {
    return closeIsFinal(code, { ...closing, welcomed: this.#welcomed });
  }

  /** Whether the run ends with this failure; then the sentence that says so. */
  endsWithFailure({ status, reason, cause }: DialFailure): string | undefined {
    if (status !== undefined) return httpStatusIsFinal(status, this.#welcomed) ? reason : undefined;
    if (cause === undefined || this.#connected) return undefined;
    if (cause === 'certificate')
      return `the server's certificate is not trusted: ${reason}; the option ca says whom to trust`;
    return this.#wait ? undefined : `${reason}${NOT_TRIED_AGAIN}`;
  }
}
