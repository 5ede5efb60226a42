import type { Instant } from '../../measure/instant.ts';
import { LIMITS } from '../limits.ts';
import type { Clock, ClockRequest } from '../messages.ts';

/**
 * Answers a client's requests for the time, up to a number a second. Its clock is the wall clock at the beginning of
 * the connection, extended by the monotonic clock, so nobody can set it meanwhile.
 */
export class ClockAnswers {
  readonly #aheadMs: number;
  #sinceMs: number = Number.NEGATIVE_INFINITY;
  #answers = 0;

  /** @param began when the connection began */
  constructor(began: Instant) {
    this.#aheadMs = began.wallMs - began.monotonicMs;
  }

  /** What the clock says. */
  timeMs(now: Instant): number {
    return now.monotonicMs + this.#aheadMs;
  }

  /** The answer; undefined if there were too many requests. */
  answer({ t1_ms }: ClockRequest, now: Instant): Clock | undefined {
    if (now.monotonicMs - this.#sinceMs >= 1000) {
      this.#sinceMs = now.monotonicMs;
      this.#answers = 0;
    }
    if (this.#answers++ >= LIMITS.clockAnswersPerSecond) return undefined;
    const timeMs = this.timeMs(now);
    return { type: 'clock', t1_ms, t2_ms: timeMs, t3_ms: timeMs };
  }
}
