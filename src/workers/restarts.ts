/** A worker that lived so long died of something that passes. */
const HEALTHY_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;
/** Quick deaths of one worker in a row, after which it is given up: about half a minute. */
const MOST_QUICK_DEATHS = 10;

/** When a worker that died is replaced. */
export class Restarts {
  readonly #firstDelayMs: number;
  #quickDeaths = 0;

  constructor(firstDelayMs: number = FIRST_DELAY_MS) {
    this.#firstDelayMs = firstDelayMs;
  }

  /** @returns after how many milliseconds to start another; undefined if there have been too many */
  afterDeath(livedMs: number): number | undefined {
    if (livedMs >= HEALTHY_MS) this.#quickDeaths = 0;
    this.#quickDeaths++;
    if (this.#quickDeaths >= MOST_QUICK_DEATHS) return undefined;
    // The first time at once: whoever kills a worker should not notice.
    if (this.#quickDeaths === 1) return 0;
    return Math.min(this.#firstDelayMs * 2 ** (this.#quickDeaths - 2), LONGEST_DELAY_MS);
  }
}
