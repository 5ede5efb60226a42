import { type DueTimes, dueTimes } from './due-times.ts';
import { CONSTANT, type Profile } from './profile.ts';

/** The seq after the last one that a stream has. Adding to it would change nothing. */
const END_SEQ = 9_007_199_254_740_992;

/**
 * When each message is due: due(seq) = start + due(seq - first), where the second is the profile's closed form, (seq -
 * first) / rate for a constant rate. Intervals are never summed, so nothing drifts: the next turn of the event loop
 * catches up with a late one.
 */
export class Schedule {
  readonly #startMs: number;
  readonly #firstSeq: number;
  readonly #perSecond: number;
  readonly #dueTimes: DueTimes;

  /**
   * @param startMs where the schedule begins, on the caller's monotonic clock
   * @param perSecond messages a second; Infinity makes everything due at once
   */
  constructor(startMs: number, firstSeq: number, perSecond: number, profile: Profile = CONSTANT) {
    this.#startMs = startMs;
    this.#firstSeq = firstSeq;
    this.#perSecond = perSecond;
    this.#dueTimes = dueTimes(profile, perSecond);
  }

  /** When message `seq` is due, on the same clock. */
  dueMs(seq: number): number {
    return this.#startMs + this.#dueTimes.dueMs(seq - this.#firstSeq);
  }

  /** The first seq that is not due yet, at most 2^53; Infinity if everything is due. */
  dueBefore(nowMs: number): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return this.#perSecond;
    // A guess that is one off by rounding, or many off for a sine; dueMs is the definition.
    const lastDue = this.#firstSeq + Math.floor(this.#dueTimes.lastDue(nowMs - this.#startMs));
    const guess = Math.min(Math.max(lastDue + 1, this.#firstSeq), END_SEQ);
    return this.#isDue(guess, nowMs) ? this.#searchUp(guess, nowMs) : this.#searchDown(guess, nowMs);
  }

  #isDue(seq: number, nowMs: number): boolean {
    return seq < END_SEQ && this.dueMs(seq) <= nowMs;
  }

  /** Searches upwards from a seq that is due, in steps that double. */
  #searchUp(due: number, nowMs: number): number {
    let low = due;
    for (let step = 1; ; step *= 2) {
      const high = Math.min(low + step, END_SEQ);
      if (!this.#isDue(high, nowMs)) return this.#firstNotDue(low, high, nowMs);
      low = high;
    }
  }

  /** Searches downwards from a seq that is not due, in steps that double. */
  #searchDown(notDue: number, nowMs: number): number {
    let high = notDue;
    for (let step = 1; high > this.#firstSeq; step *= 2) {
      const low = Math.max(high - step, this.#firstSeq);
      if (this.#isDue(low, nowMs)) return this.#firstNotDue(low, high, nowMs);
      high = low;
    }
    return this.#firstSeq;
  }

  /** @param due a seq that is due; `notDue`, above it, is not */
  #firstNotDue(due: number, notDue: number, nowMs: number): number {
    let low = due;
    let high = notDue;
    while (high - low > 1) {
      const middle = low + Math.floor((high - low) / 2);
      if (this.#isDue(middle, nowMs)) low = middle;
      else high = middle;
    }
    return high;
  }
}

/** The start of the live schedule: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
export const LIVE_EPOCH_MS = 1_767_225_600_000;
