import type { Advised } from '../../wording/advice.ts';
import type { CutShort } from './cut-short.ts';
import { type DialFailure, Redial } from './redial.ts';
import { StallClock } from './stall-clock.ts';

/** For an attempt to connect, until messages can arrive. */
export const DIAL_TIMEOUT_MS = 10_000;

/** What a run is doing: while it is open, messages can come. */
export type RunPhase = 'waiting' | 'dialing' | 'greeting' | 'open' | 'finishing' | 'leaving' | 'ended';

/** The state of a run that is asked whether it should end. */
export interface RunState {
  readonly phase: RunPhase;
  /** Whether it knows where it begins. */
  readonly begun: boolean;
  /** The next seq expected. */
  readonly next: number;
  /** Whether it knows how many messages it takes. */
  readonly counted: boolean;
}

export interface DeadlineSettings {
  readonly random: () => number;
  readonly addresses?: number;
  readonly giveUpMs?: number;
  readonly idleTimeoutMs?: number;
  readonly durationMs?: number;
  readonly wait?: boolean;
}

/**
 * Ends a run, whatever is under way: after too long without a connection or without a message, or when its time is up.
 */
export class RunDeadlines {
  readonly redial: Redial;
  readonly #stall: StallClock;
  readonly #idleTimeoutMs: number;
  readonly #durationMs: number;
  #startedMs: number | undefined;

  /** @param resumed whether a server welcomed an earlier process of the run */
  constructor(settings: DeadlineSettings, resumed: boolean) {
    const never = Number.POSITIVE_INFINITY;
    this.#idleTimeoutMs = settings.idleTimeoutMs ?? never;
    this.#durationMs = settings.durationMs ?? never;
    this.#stall = new StallClock(this.#idleTimeoutMs);
    const { addresses = 1, giveUpMs = never, wait = false } = settings;
    this.redial = new Redial(settings.random, { addresses, giveUpMs, wait, resumed });
  }

  start(nowMs: number): void {
    this.#startedMs = nowMs;
    this.redial.start(nowMs);
  }

  /** Messages can arrive. @returns how long they could not */
  opened(nowMs: number): number {
    this.#stall.connected(nowMs);
    return this.redial.begun(nowMs);
  }

  /** Messages arrived, or are not being read. */
  heard(nowMs: number): void {
    this.#stall.heard(nowMs);
  }

  /** As `Redial.lost`. */
  lost(reason: Advised, nowMs: number, retryAfterMs: DialFailure['retryAfterMs'], asAsked: boolean): number {
    this.#stall.disconnected(nowMs);
    return this.redial.lost(reason, nowMs, retryAfterMs, asAsked);
  }

  /** How long the run has taken. */
  elapsedMs(nowMs: number): number {
    return nowMs - (this.#startedMs ?? nowMs);
  }

  /** When to ask `over` next. */
  nextMs(phase: RunPhase): number {
    if (isEnding(phase)) return Number.POSITIVE_INFINITY;
    return Math.min(this.#endMs, phase === 'open' ? this.#stall.stalledAtMs : this.redial.giveUpAtMs);
  }

  /** Why the run should end now; undefined if it should not. */
  over({ phase, begun, next, counted }: RunState, nowMs: number): CutShort | undefined {
    if (isEnding(phase)) return undefined;
    const open = phase === 'open';
    if (nowMs >= this.#endMs) {
      const seconds = this.#durationMs / 1000;
      if (!begun && !open) return this.redial.neverConnected(seconds);
      return counted
        ? { error: `the ${seconds} s of the run are over`, integrity: true }
        : { error: undefined, integrity: false };
    }
    if (open && nowMs >= this.#stall.stalledAtMs) {
      const error = `stalled at seq ${next}: no message came for ${this.#idleTimeoutMs / 1000} s`;
      return { error, integrity: true };
    }
    if (open || nowMs < this.redial.giveUpAtMs) return undefined;
    const pending = phase === 'waiting' ? undefined : 'the server has not answered the handshake';
    return this.redial.givenUp(pending);
  }

  get #endMs(): number {
    return (this.#startedMs ?? 0) + this.#durationMs;
  }
}

/** Whether it takes no more messages. */
function isEnding(phase: RunPhase): boolean {
  return phase === 'finishing' || phase === 'leaving' || phase === 'ended';
}
