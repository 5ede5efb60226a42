/** How long reading may hold the event loop at a stretch, over all connections of the process. */
const TURN_MS = 2;

/**
 * Says when a process has read enough at a stretch. Node reads up to 32 times from one socket before it looks at
 * anything else: of small blocks that can be a second of work, in which no timer runs and no other connection is read.
 */
export class ReadingTurn {
  readonly #now: () => number;
  #startMs: number | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it is over. The first who asks begins it; when the event loop has come round, it begins anew. */
  get over(): boolean {
    const nowMs = this.#now();
    if (this.#startMs !== undefined) return nowMs - this.#startMs > TURN_MS;
    this.#startMs = nowMs;
    setImmediate(() => {
      this.#startMs = undefined;
    });
    return false;
  }
}
