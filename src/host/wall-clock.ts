/**
 * The wall clock, at a finer resolution than `Date.now()` has. That gives whole milliseconds, rounded down, so each reading bounds
 * the offset between the wall clock and a monotonic clock to within one millisecond; intersecting many such bounds narrows it to
 * a few microseconds. A reading that contradicts the bounds means that the clock was set or slewed, and starts them afresh.
 */
export class WallClock {
  #lowestMs: number = Number.NEGATIVE_INFINITY;
  #highestMs: number = Number.POSITIVE_INFINITY;

  /**
   * @param dateMs `Date.now()`
   * @param monotonicMs a monotonic clock with a finer resolution, at the same moment
   * @returns the wall-clock time, within the millisecond of `dateMs` and never later than the true time
   */
  read(dateMs: number, monotonicMs: number): number {
    const distanceMs = dateMs - monotonicMs;
    this.#lowestMs = Math.max(this.#lowestMs, distanceMs);
    this.#highestMs = Math.min(this.#highestMs, distanceMs + 1);
    if (this.#lowestMs >= this.#highestMs) {
      this.#lowestMs = distanceMs;
      this.#highestMs = distanceMs + 1;
    }
    return Math.max(dateMs, monotonicMs + this.#lowestMs);
  }
}
