/**
 * How long to wait before the next attempt: exponential back-off with full jitter (M. Brooker, "Exponential Backoff And
 * Jitter", 2015), so that clients that lost one server together do not return together.
 */
const SHORTEST_MS = 100;
const LONGEST_MS = 5000;

export class BackOff {
  readonly #random: () => number;
  readonly #longestMs: number;
  #attempt = 0;

  /**
   * @param random returns numbers in [0, 1)
   * @param longestMs bounds every wait, and so do 5 s
   */
  constructor(random: () => number, longestMs: number = LONGEST_MS) {
    this.#random = random;
    this.#longestMs = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, longestMs));
  }

  /** The wait before the next attempt: uniform between the shortest wait and a ceiling that doubles each time. */
  nextMs(): number {
    this.#attempt++;
    const ceiling = Math.min(this.#longestMs, SHORTEST_MS * 2 ** this.#attempt);
    return SHORTEST_MS + this.#random() * (ceiling - SHORTEST_MS);
  }

  /** A connection worked: the next outage starts with short waits again. */
  reset(): void {
    this.#attempt = 0;
  }
}
