/**
 * How long no message has arrived while connected. Outages do not count, and a connection without a message continues
 * the count of the one before.
 */
export class StallClock {
  readonly #limitMs: number;
  /** Time spent before this connection, and when this one began. */
  #spentMs = 0;
  #sinceMs: number | undefined;

  /** @param limitMs Infinity for no limit */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Messages can arrive. */
  connected(nowMs: number): void {
    this.#sinceMs = nowMs - this.#spentMs;
  }

  /** A message arrived, or nothing could be read; calls may come out of order. */
  heard(nowMs: number): void {
    if (this.#sinceMs !== undefined) this.#sinceMs = Math.max(this.#sinceMs, nowMs);
  }

  disconnected(nowMs: number): void {
    if (this.#sinceMs !== undefined) this.#spentMs = nowMs - this.#sinceMs;
    this.#sinceMs = undefined;
  }

  /** When no message will have arrived for too long; Infinity for never. */
  get stalledAtMs(): number {
    return this.#sinceMs === undefined ? Number.POSITIVE_INFINITY : this.#sinceMs + this.#limitMs;
  }
}
