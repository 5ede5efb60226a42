/** Each bucket is 2 % wider than the one before, so that a quantile is off by 1 % at most. */
const WIDTH = Math.log(1.02);
/** In milliseconds: what is shorter, such as a block of one message, counts as 0, and what is longer as `LONGEST_MS`. */
const SHORTEST_MS = 0.001;
const LONGEST_MS = 86_400_000;
const BUCKETS = indexOf(LONGEST_MS) + 1;

/** How long blocks took, in buckets of a fixed number, however many blocks there are. It observes without allocating. */
export class BlockTimes {
  readonly #counts = new Uint32Array(BUCKETS);
  #size = 0;

  observe(elapsedMs: number): void {
    const index = indexOf(elapsedMs);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#size++;
  }

  /** @param share from 0 to 1. @returns the time in milliseconds that this share of blocks took at most; undefined without blocks */
  quantileMs(share: number): number | undefined {
    if (this.#size === 0) return undefined;
    let before = Math.max(1, Math.ceil(share * this.#size));
    const index = this.#counts.findIndex((count) => {
      before -= count;
      return before <= 0;
    });
    return index === 0 ? 0 : SHORTEST_MS * Math.exp((index - 0.5) * WIDTH);
  }

  clear(): void {
    if (this.#size > 0) this.#counts.fill(0);
    this.#size = 0;
  }
}

/** The first bucket is that of 0. */
function indexOf(elapsedMs: number): number {
  if (elapsedMs < SHORTEST_MS) return 0;
  return 1 + Math.floor(Math.log(Math.min(elapsedMs, LONGEST_MS) / SHORTEST_MS) / WIDTH);
}
