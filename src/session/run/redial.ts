import type { Advice, Advised } from '../../wording/advice.ts';
import { type Closing, closeIsFinal, httpStatusIsFinal } from '../close-codes.ts';
import { BackOff } from './back-off.ts';
import type { CutShort, Fault } from './cut-short.ts';

/** Why a connection could not be opened. */
export interface DialFailure {
  /** The HTTP status of the refusal, if there was one. */
  readonly status: number | undefined;
  /** A sentence that says why. */
  readonly reason: string;
  readonly advice?: Advice | undefined;
  /**
   * A cause that another attempt would most likely meet again: the host does not exist, the port speaks the other
   * scheme (`ws` or `wss`), or the certificate is not trusted.
   */
  readonly cause?: 'name' | 'scheme' | 'certificate' | undefined;
  /** How long the server asks the client to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** A connection that lasted this long has proved the path: the next outage starts with short waits. */
const LASTED_MS = 2000;
/** The longest wait that a server can ask for; one that said a year would end the run without telling. */
const LONGEST_RETRY_AFTER_MS = 900_000;

/** Ends a run that `wait` would have kept trying. */
export function notTriedAgain(reason: string): Fault {
  return { error: `${reason}; not tried again`, integrity: false, advice: 'wait' };
}

export interface RedialSettings {
  /** How many servers are dialled in turn. Until each has been tried, the run does not wait. */
  readonly addresses: number;
  /** How long the run goes on without a connection. */
  readonly giveUpMs: number;
  /** Whether to retry when the first attempt fails because of the host name or the scheme. */
  readonly wait: boolean;
  /** Whether a server welcomed an earlier process of the run. */
  readonly resumed: boolean;
}

/** Decides whether, and when, a disconnected run dials again. */
export class Redial {
  readonly #backOff: BackOff;
  readonly #addresses: number;
  readonly #giveUpMs: number;
  readonly #wait: boolean;
  /** Attempts and connections that were lost, since one lasted: each is to another server than the one before. */
  #lost = 0;
  /** When each server may be dialled again, by its own words. */
  readonly #notBeforeMs: number[] = [];
  /** Whether a server ever welcomed this run, in any process. */
  #welcomed: boolean;
  /** Whether one has accepted this process. */
  #connected = false;
  #begunMs: number | undefined;
  #lostMs: number | undefined;
  #reason: Advised = { sentence: 'no attempt was answered' };

  constructor(random: () => number, { addresses, giveUpMs, wait, resumed }: RedialSettings) {
    this.#addresses = addresses;
    this.#backOff = new BackOff(random, giveUpMs / 2); // so that it tries once more before it gives up
    this.#giveUpMs = giveUpMs;
    this.#wait = wait;
    this.#welcomed = resumed;
  }

  /** The run begins, disconnected. */
  start(nowMs: number): void {
    this.#lostMs = nowMs;
  }

  /** Messages can arrive. @returns how long they could not */
  begun(nowMs: number): number {
    const afterMs = nowMs - (this.#lostMs ?? nowMs);
    this.#lostMs = undefined;
    this.#begunMs = nowMs;
    this.#welcomed = true;
    this.#connected = true;
    return afterMs;
  }

  /**
   * The connection is lost, or still missing.
   *
   * @param asAsked whether it ended as its server wants it, which is no outage: it said when to come back
   * @returns how long to wait before the next attempt
   */
  lost(reason: Advised, nowMs: number, retryAfterMs = 0, asAsked = false): number {
    this.#lostMs ??= nowMs;
    if (reason.sentence !== '') this.#reason = reason;
    if (asAsked || nowMs - (this.#begunMs ?? nowMs) >= LASTED_MS) {
      this.#backOff.reset();
      this.#lost = 0;
    }
    this.#begunMs = undefined;
    this.#lost++;
    // The next server is the one that was lost a whole round ago.
    this.#notBeforeMs.push(nowMs + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
    const askedMs = Math.max(0, (this.#notBeforeMs.at(-this.#addresses) ?? 0) - nowMs);
    this.#notBeforeMs.splice(0, this.#notBeforeMs.length - this.#addresses);
    // Clients that a gateway told to wait would all return together, so each adds a random wait.
    return askedMs + (this.#hasUntried ? 0 : this.#backOff.nextMs());
  }

  /** Whether a server is left that has not been tried since the last one was lost. */
  get #hasUntried(): boolean {
    return this.#lost % this.#addresses !== 0;
  }

  /** Whether the run keeps trying until it has a connection, or at least has tried every server. */
  get triesOn(): boolean {
    return this.#wait || this.#hasUntried;
  }

  /** When the run has been disconnected for too long, whatever is under way. */
  get giveUpAtMs(): number {
    return (this.#lostMs ?? Number.POSITIVE_INFINITY) + this.#giveUpMs;
  }

  /** How the run ends at `giveUpAtMs`. @param pending what is under way, if anything */
  givenUp(pending: string | undefined): CutShort {
    const time = `for ${this.#giveUpMs / 1000} s`;
    return noConnection(time, pending === undefined ? this.#reason : { sentence: pending });
  }

  /** How the run ends if its time is up before it has begun. */
  neverConnected(seconds: number): CutShort {
    return noConnection(`within ${seconds} s`, this.#reason);
  }

  /** Whether a server has accepted this process. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Whether this close code ends the run. */
  endsWithClose(code: number, closing: Omit<Closing, 'welcomed'>): boolean {
    return closeIsFinal(code, { ...closing, welcomed: this.#welcomed });
  }

  /** Whether this failure ends the run: if so, how. */
  endsWithFailure({ status, reason, advice, cause }: DialFailure): Fault | undefined {
    const integrity = false;
    if (status !== undefined)
      return httpStatusIsFinal(status, this.#welcomed) ? { error: reason, integrity, advice } : undefined;
    if (cause === undefined || this.#connected) return undefined;
    if ((this.#lost + 1) % this.#addresses !== 0) return undefined; // another server may be there
    if (cause === 'certificate') {
      const error = `the server's certificate is not trusted: ${reason}; the option ca says whom to trust`;
      return { error, integrity, advice: 'ca' };
    }
    return this.#wait ? undefined : notTriedAgain(reason);
  }
}

function noConnection(time: string, { sentence, advice }: Advised): CutShort {
  return { error: `no connection ${time}: ${sentence}`, integrity: false, advice };
}
