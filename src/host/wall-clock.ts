/**
 * The wall clock, read more finely than it tells. `Date.now()` gives whole milliseconds, rounded down, so each
 * reading bounds the distance between the wall clock and a monotonic clock to within one; the bounds of many readings
 * leave a few microseconds. Readings that contradict the bounds mean that the clock was set, or slewed: then they
 * begin anew.
 */
export class WallClock {
  #lowestMs: number = Number.NEGATIVE_INFINITY;
  #highestMs: number = Number.POSITIVE_INFINITY;

  /**
   * @param dateMs what `Date.now()` says
   * @param monotonicMs what a monotonic clock of finer steps says at the same moment
   * @returns the time of the wall clock: within the millisecond that it tells, and never later than it is
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
