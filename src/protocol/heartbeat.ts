/**
 * Finds a peer that has vanished: pings at an interval, and calls the peer dead when nothing at all has been heard
 * from it for two intervals. Both ends use it.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #heardMs: number;
  #pingMs: number;

  /** @param nowMs the current time on a monotonic clock, as everywhere here */
  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#heardMs = nowMs;
    this.#pingMs = nowMs + intervalMs;
  }

  /** Something came from the peer. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /** What to do now: send a ping, give the peer up, or nothing. */
  check(nowMs: number): 'ping' | 'dead' | undefined {
    if (nowMs >= this.#heardMs + 2 * this.#intervalMs) return 'dead';
    if (nowMs < this.#pingMs) return undefined;
    this.#pingMs = nowMs + this.#intervalMs;
    return 'ping';
  }

  /** When to check next. */
  get wakeMs(): number {
    return Math.min(this.#pingMs, this.#heardMs + 2 * this.#intervalMs);
  }
}
