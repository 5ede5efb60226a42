/** Seqs a page holds, one bit each. */
const PAGE_SEQS = 32_768;
/** Pages with gaps that are kept: 4 KiB each. */
const MAXIMUM_OPEN_PAGES = 16_384;

/** A page in which every seq has been seen, or which has been given up. */
type Page = { readonly bits: Uint8Array; missing: number } | 'full' | 'settled';

/**
 * Which seqs have been seen. A page of 32,768 seqs without a gap takes a few bytes, one with gaps 4 KiB; of those at
 * most 16,384 are kept (for 537 million seqs): beyond it the lowest is settled, which means that what is missing in
 * it is told, and whatever still comes of it counts as seen.
 */
export class SeenSeqs {
  readonly #from: number;
  readonly #settled: (from: number, to: number) => void;
  readonly #pages = new Map<number, Page>();
  readonly #openPages = new Set<number>();
  /** The seq after the highest one seen. */
  end: number;
  /** How many are missing below `end`, those of settled pages included. */
  missing = 0;

  /** @param settled told of each range that is missing for good */
  constructor(from: number, settled: (from: number, to: number) => void) {
    this.#from = from;
    this.#settled = settled;
    this.end = from;
  }

  /** @returns whether it had not been seen before */
  add(seq: number): boolean {
    const index = Math.floor(seq / PAGE_SEQS);
    let page = this.#pages.get(index);
    if (page === 'full' || page === 'settled') return false;
    if (page === undefined) {
      page = this.#open(index);
      this.#pages.set(index, page);
      this.#openPages.add(index);
    }
    const offset = seq - index * PAGE_SEQS;
    const byte = offset >> 3;
    const bit = 1 << (offset & 7);
    const before = page.bits[byte] ?? 0;
    if ((before & bit) !== 0) return false;
    page.bits[byte] = before | bit;
    if (--page.missing === 0) this.#close(index, 'full');
    if (seq >= this.end) {
      this.missing += seq - this.end;
      this.end = seq + 1;
      if (this.#openPages.size > MAXIMUM_OPEN_PAGES) this.#settleLowest();
    } else {
      this.missing--;
    }
    return true;
  }

  /** Tells of all that is missing below `end`, in order, but for what has been told. */
  finish(end: number): void {
    const ranges = new JoinedRanges(this.#settled);
    const skipTo = (seq: number) => {
      if (next < Math.min(seq, end)) ranges.add(next, Math.min(seq, end) - 1);
    };
    let next = this.#from;
    for (const [index, page] of [...this.#pages].sort(([a], [b]) => a - b)) {
      skipTo(index * PAGE_SEQS);
      if (typeof page === 'object') missingIn(page.bits, index * PAGE_SEQS, this.#from, end, ranges);
      next = (index + 1) * PAGE_SEQS;
    }
    skipTo(end);
    ranges.finish();
  }

  /** A page of which nothing has been seen; what is below the first seq counts as seen. */
  #open(index: number): { bits: Uint8Array; missing: number } {
    const page = { bits: new Uint8Array(PAGE_SEQS / 8), missing: PAGE_SEQS };
    const before = Math.max(0, Math.min(PAGE_SEQS, this.#from - index * PAGE_SEQS));
    for (let offset = 0; offset < before; offset++) {
      page.bits[offset >> 3] = (page.bits[offset >> 3] ?? 0) | (1 << (offset & 7));
    }
    page.missing -= before;
    return page;
  }

  #close(index: number, how: 'full' | 'settled'): void {
    this.#pages.set(index, how);
    this.#openPages.delete(index);
  }

  #settleLowest(): void {
    const lowest = Math.min(...this.#openPages);
    const page = this.#pages.get(lowest);
    if (page === undefined || page === 'full' || page === 'settled') return;
    const ranges = new JoinedRanges(this.#settled);
    missingIn(page.bits, lowest * PAGE_SEQS, this.#from, this.end, ranges);
    ranges.finish();
    this.#close(lowest, 'settled');
  }
}

/** Tells of each range of seqs in [from, end) whose bits are not set; `base` is the seq of the first bit. */
function missingIn(bits: Uint8Array, base: number, from: number, end: number, ranges: JoinedRanges): void {
  for (let offset = 0; offset < PAGE_SEQS && base + offset < end; offset++) {
    const set = ((bits[offset >> 3] ?? 0) & (1 << (offset & 7))) !== 0;
    if (!set && base + offset >= from) ranges.add(base + offset, base + offset);
  }
}

/** Joins ranges that touch before it tells of them; they come in order. */
class JoinedRanges {
  readonly #tell: (from: number, to: number) => void;
  #open: { from: number; to: number } | undefined;

  constructor(tell: (from: number, to: number) => void) {
    this.#tell = tell;
  }

  add(from: number, to: number): void {
    if (this.#open !== undefined && this.#open.to === from - 1) {
      this.#open.to = to;
      return;
    }
    this.finish();
    this.#open = { from, to };
  }

  finish(): void {
    if (this.#open !== undefined) this.#tell(this.#open.from, this.#open.to);
    this.#open = undefined;
  }
}
