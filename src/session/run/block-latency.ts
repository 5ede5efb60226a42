import { parseProfile } from '../../delivery/profile.ts';
import { rateFromWire } from '../../delivery/rate.ts';
import { LIVE_EPOCH_MS, Schedule } from '../../delivery/schedule.ts';
import { ClockOffset } from '../../measure/clock-offset.ts';
import type { Block } from '../../measure/finished-block.ts';
import type { Instant } from '../../measure/instant.ts';
import { StreamError } from '../../stream/stream-error.ts';
import type { Clock, ClockRequest, Verified, Welcome } from '../messages.ts';

/** How late a block's last message arrived. */
export interface TimedBlock {
  readonly block: number;
  /** Arrival - due time; undefined if all is due at once, or the clocks have not been compared. Not clamped at 0. */
  readonly latencyMs: number | undefined;
  /** Arrival - the moment the server handed it to its socket; undefined if the server does not say. */
  readonly latencyFromSendMs: number | undefined;
  /** Both are accurate to plus or minus this. */
  readonly clockErrorMs: number | undefined;
}

/** Exchanges made in quick succession when a connection begins, and the interval after that. */
const FIRST_EXCHANGES = 8;
const EXCHANGE_INTERVAL_MS = 1000;

/**
 * Measures how late blocks arrive on one connection: compares the clocks, and each block's arrival with when its last
 * message was due and when it was sent.
 *
 * The caller sends what `request` returns, passes every answer on, and calls `request` again at `wakeMs`.
 */
export class BlockLatency {
  readonly #schedule: Schedule;
  /** The server's clock against our monotonic one. */
  readonly #offset: ClockOffset = new ClockOffset();
  readonly #arrivals = new Map<number, { readonly to: number; readonly atMs: number }>();
  #asked: number | undefined;
  #nextMs = 0;

  /** @returns a sentence if this version does not understand the welcome's schedule */
  static of(welcome: Welcome, live: boolean): BlockLatency | string {
    try {
      return new BlockLatency(welcome, live);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      return `it can't be told how late blocks come: the server's ${error.message}`;
    }
  }

  /**
   * @param live whether messages are due by the live schedule, not counted from the connection's first
   * @throws StreamError for a profile that this version does not know
   */
  constructor({ t0_ms, from, rate, profile }: Welcome, live: boolean) {
    const perSecond = rateFromWire(rate);
    this.#schedule = live
      ? new Schedule(LIVE_EPOCH_MS, 0, perSecond, parseProfile(profile))
      : new Schedule(t0_ms, from, perSecond, parseProfile(profile));
  }

  /** When to call `request` next. */
  get wakeMs(): number {
    return this.#nextMs;
  }

  /** The request to send now; undefined if it is not time for one. An unanswered one is given up. */
  request(now: Instant): ClockRequest | undefined {
    if (now.monotonicMs < this.#nextMs) return undefined;
    this.#asked = now.monotonicMs;
    this.#nextMs = now.monotonicMs + EXCHANGE_INTERVAL_MS;
    return { type: 'clock_request', t1_ms: now.monotonicMs };
  }

  /** Takes an answer; answers to older requests are dropped. */
  answer({ t1_ms, t2_ms, t3_ms }: Clock, now: Instant): void {
    if (t1_ms !== this.#asked) return;
    this.#asked = undefined;
    this.#offset.add({ t1Ms: t1_ms, t2Ms: t2_ms, t3Ms: t3_ms, t4Ms: now.monotonicMs });
    if (this.#offset.count < FIRST_EXCHANGES) this.#nextMs = now.monotonicMs;
  }

  /** A full block has arrived, its last message now. */
  arrived({ block, to }: Block, now: Instant): void {
    this.#arrivals.set(block, { to, atMs: now.monotonicMs });
  }

  /** The server confirmed blocks: returns how late they arrived. */
  verified({ block: through, sent_ms = [] }: Verified): TimedBlock[] {
    const timed = [];
    for (const block of this.#arrivals.keys()) {
      if (block > through) break;
      timed.push(this.#timed(block, sent_ms[sent_ms.length - 1 - (through - block)] ?? undefined));
      this.#arrivals.delete(block);
    }
    return timed;
  }

  /** The server refuted a block. */
  mismatch(block: number): void {
    this.#arrivals.delete(block);
  }

  #timed(block: number, sentMs: number | undefined): TimedBlock {
    const { to, atMs } = this.#arrivals.get(block) ?? { to: 0, atMs: 0 };
    const { offsetMs, errorMs } = this.#offset.at(atMs) ?? {};
    const since = (theirMs: number | undefined) =>
      theirMs === undefined || offsetMs === undefined || !Number.isFinite(theirMs)
        ? undefined
        : atMs + offsetMs - theirMs;
    return {
      block,
      latencyMs: this.#paced ? since(this.#schedule.dueMs(to)) : undefined,
      latencyFromSendMs: since(sentMs),
      clockErrorMs: errorMs,
    };
  }

  get #paced(): boolean {
    return Number.isFinite(this.#schedule.dueBefore(0));
  }
}
