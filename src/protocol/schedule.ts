/** The seq behind the last one that a stream has; adding to it would change nothing. */
const END_SEQ = 9_007_199_254_740_992;

/**
 * When each message is due: due(seq) = start + (seq - first) / rate. The closed form has no drift, since no
 * interval is ever added up; a late turn of the loop is caught up with by the next.
 */
export class Schedule {
  readonly #startMs: number;
  readonly #firstSeq: number;
  readonly #perSecond: number;

  /**
   * @param startMs when message `firstSeq` is due, on the caller's monotonic clock
   * @param perSecond messages a second; Infinity makes everything due at once
   */
  constructor(startMs: number, firstSeq: number, perSecond: number) {
    this.#startMs = startMs;
    this.#firstSeq = firstSeq;
    this.#perSecond = perSecond;
  }

  /** When message `seq` is due, in milliseconds on the same clock. */
  dueMs(seq: number): number {
    return this.#startMs + ((seq - this.#firstSeq) * 1000) / this.#perSecond;
  }

  /** The first seq that is not due yet, 2^53 at most; Infinity if everything is due. */
  dueBefore(nowMs: number): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return this.#perSecond;
    let seq = this.#firstSeq + Math.floor(((nowMs - this.#startMs) * this.#perSecond) / 1000) + 1;
    seq = Math.min(seq, END_SEQ);
    // Rounding may be one off either way; dueMs is the definition.
    while (seq < END_SEQ && this.dueMs(seq) <= nowMs) seq++;
    while (seq > this.#firstSeq && this.dueMs(seq - 1) > nowMs) seq--;
    return Math.max(seq, this.#firstSeq);
  }
}

/** Streams that are taken `live` count from here: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
export const LIVE_EPOCH_MS = 1_767_225_600_000;
