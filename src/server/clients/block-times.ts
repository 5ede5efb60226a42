/** Each bucket is 2 % wider than the one before, so that a quantile is off by 1 % at most. */
const WIDTH = Math.log(1.02);
/** In milliseconds: what is shorter, such as a block of one message, counts as 0, and what is longer as `LONGEST_MS`. */
const SHORTEST_MS = 0.001;
const LONGEST_MS = 86_400_000;
const BUCKETS = indexOf(LONGEST_MS) + 1;

/** How many values each bucket has that has any: its index, how many, the next one's index, and so on. It can be added up. */
export type TimeBuckets = readonly number[];

/** How long blocks took, in buckets of a fixed number, however many blocks there are. It observes without allocating. */
export class BlockTimes {
  readonly #counts = new Uint32Array(BUCKETS);
  #isEmpty = true;

  observe(elapsedMs: number): void {
    const index = indexOf(elapsedMs);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#isEmpty = false;
  }

  /** Returns what was observed since the last call. */
  take(): TimeBuckets {
    if (this.#isEmpty) return [];
    const taken: number[] = [];
    for (const [index, count] of this.#counts.entries()) if (count > 0) taken.push(index, count);
    this.#counts.fill(0);
    this.#isEmpty = true;
    return taken;
  }
}

export function sumOfTimes(all: readonly TimeBuckets[]): TimeBuckets {
  const [only = [], ...others] = all.filter(({ length }) => length > 0);
  if (others.length === 0) return only;
  const sums = new Map<number, number>();
  for (const buckets of [only, ...others]) {
    for (let i = 0; i < buckets.length; i += 2) {
      const [index, count] = [buckets[i] as number, buckets[i + 1] as number];
      sums.set(index, (sums.get(index) ?? 0) + count);
    }
  }
  return [...sums].sort(([a], [b]) => a - b).flat();
}

/** @param share from 0 to 1. @returns the time in milliseconds that this share of blocks took at most; undefined without blocks */
export function quantileMs(buckets: TimeBuckets, share: number): number | undefined {
  let size = 0;
  for (let i = 1; i < buckets.length; i += 2) size += buckets[i] as number;
  let before = Math.max(1, Math.ceil(share * size));
  for (let i = 0; i < buckets.length; i += 2) {
    before -= buckets[i + 1] as number;
    if (before <= 0) return timeOf(buckets[i] as number);
  }
  return undefined;
}

/** The middle of a bucket, in milliseconds; the first one is that of 0. */
function timeOf(index: number): number {
  return index === 0 ? 0 : SHORTEST_MS * Math.exp((index - 0.5) * WIDTH);
}

function indexOf(elapsedMs: number): number {
  if (elapsedMs < SHORTEST_MS) return 0;
  return 1 + Math.floor(Math.log(Math.min(elapsedMs, LONGEST_MS) / SHORTEST_MS) / WIDTH);
}
