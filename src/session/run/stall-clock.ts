/**
 * How long no message has come while there was a connection. An outage does not count, and a connection that brings no
 * message goes on where the one before it was.
 */
export class StallClock {
  readonly #limitMs: number;
  /** What was spent before this connection, and since when its own time runs. */
  #spentMs = 0;
  #sinceMs: number | undefined;

  /** @param limitMs Infinity is no limit */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Messages can come. */
  connected(nowMs: number): void {
    this.#sinceMs = nowMs - this.#spentMs;
  }

  /** A message came, or could not be read. */
  heard(nowMs: number): void {
    if (this.#sinceMs !== undefined) this.#sinceMs = nowMs;
  }

  disconnected(nowMs: number): void {
    if (this.#sinceMs !== undefined) this.#spentMs = nowMs - this.#sinceMs;
    this.#sinceMs = undefined;
  }

  /** When no message has come for too long; Infinity is never. */
  get stalledAtMs(): number {
    return this.#sinceMs === undefined ? Number.POSITIVE_INFINITY : this.#sinceMs + this.#limitMs;
  }
}
