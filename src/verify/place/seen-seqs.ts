import { LeastFirst } from './least-first.ts';

/** Seqs in a page, one bit each. */
const PAGE_SEQS = 32_768;
const WORD_SEQS = 32;
/** The most pages with gaps, at 4 KiB each. */
const MAXIMUM_OPEN_PAGES = 16_384;
/** The most pages altogether. A page without a gap takes some 100 bytes; those from the first seq on are merged. */
const MAXIMUM_PAGES = 1_048_576;

/** A page with missing seqs, or one in which every seq has been seen. */
type Page = { readonly bits: Uint32Array; missing: number } | 'full';

/**
 * Which seqs have been seen. A page of 32,768 seqs takes a few bytes without gaps, and 4 KiB with. At most 16,384 of
 * the latter are kept (537 million seqs); beyond that the lowest is settled with all below it: what is missing there is
 * reported, and whatever still arrives of it counts as seen. Settling a page takes constant time, so the time for each
 * seq does not grow.
 */
export class SeenSeqs {
  readonly #settled: (from: number, to: number) => void;
  readonly #pages = new Map<number, Page>();
  /** The pages by their numbers. */
  readonly #lowest = new LeastFirst();
  #openPages = 0;
  /** Everything below this seq has been reported or seen. */
  #settledEnd: number;
  /** The seq after the highest one seen. */
  end: number;
  /** How many seqs are missing below `end`, including settled ones. */
  missing = 0;

  /** @param settled called with each range that is missing for good */
  constructor(from: number, settled: (from: number, to: number) => void) {
    this.#settled = settled;
    this.#settledEnd = from;
    this.end = from;
  }

  /** @returns whether it had not been seen before */
  add(seq: number): boolean {
    if (seq < this.#settledEnd) return false;
    const index = Math.floor(seq / PAGE_SEQS);
    let page = this.#pages.get(index);
    if (page === 'full') return false;
    if (page === undefined) {
      page = this.#open(index);
      this.#pages.set(index, page);
      this.#lowest.add(index);
      this.#openPages++;
    }
    const offset = seq - index * PAGE_SEQS;
    const word = offset >>> 5;
    const bit = 1 << (offset & 31);
    const before = page.bits[word] ?? 0;
    if ((before & bit) !== 0) return false;
    page.bits[word] = before | bit;
    if (--page.missing === 0) {
      this.#pages.set(index, 'full');
      this.#openPages--;
      while (this.#pages.get(Math.floor(this.#settledEnd / PAGE_SEQS)) === 'full') this.#settleLowest();
    }
    if (seq >= this.end) {
      this.missing += seq - this.end;
      this.end = seq + 1;
      while (this.#openPages > MAXIMUM_OPEN_PAGES || this.#pages.size > MAXIMUM_PAGES) this.#settleLowest();
    } else {
      this.missing--;
    }
    return true;
  }

  /** Reports everything still missing below `end`, in order. */
  finish(end: number): void {
    this.#settle(
      [...this.#pages.keys()].sort((a, b) => a - b),
      end,
    );
  }

  /** A page in which nothing has been seen, except for what is settled. */
  #open(index: number): { bits: Uint32Array; missing: number } {
    const page = { bits: new Uint32Array(PAGE_SEQS / WORD_SEQS), missing: PAGE_SEQS };
    const before = Math.max(0, Math.min(PAGE_SEQS, this.#settledEnd - index * PAGE_SEQS));
    page.bits.fill(0xffff_ffff, 0, before >>> 5);
    if ((before & 31) !== 0) page.bits[before >>> 5] = (1 << (before & 31)) - 1;
    page.missing -= before;
    return page;
  }

  /** Settles the lowest open page, and everything below it. */
  #settleLowest(): void {
    const lowest = this.#lowest.take();
    if (lowest === undefined) return;
    const end = (lowest + 1) * PAGE_SEQS;
    this.#settle([lowest], end);
    if (this.#pages.get(lowest) !== 'full') this.#openPages--;
    this.#pages.delete(lowest);
    this.#settledEnd = end;
  }

  /** Reports what is missing up to `end`, in these pages and between them. */
  #settle(pages: readonly number[], end: number): void {
    const ranges = new JoinedRanges(this.#settled, this.#settledEnd, end);
    let next = this.#settledEnd;
    for (const index of pages) {
      const page = this.#pages.get(index);
      const base = index * PAGE_SEQS;
      ranges.add(next, base);
      if (typeof page === 'object') addMissing(page.bits, base, ranges);
      next = base + PAGE_SEQS;
    }
    ranges.add(next, end);
    ranges.finish();
  }
}

/** Adds each range of unset bits as seqs; `base` is the seq of the first bit. */
function addMissing(bits: Uint32Array, base: number, ranges: JoinedRanges): void {
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index] ?? 0;
    if (word === 0xffff_ffff) continue;
    const first = base + index * WORD_SEQS;
    if (word === 0) {
      ranges.add(first, first + WORD_SEQS);
      continue;
    }
    for (let bit = 0; bit < WORD_SEQS; bit++) {
      if ((word & (1 << bit)) === 0) ranges.add(first + bit, first + bit + 1);
    }
  }
}

/** Joins adjacent ranges before they are reported, and clips them. They arrive in order. */
class JoinedRanges {
  readonly #tell: (from: number, to: number) => void;
  readonly #from: number;
  readonly #end: number;
  #open: { from: number; end: number } | undefined;

  constructor(tell: (from: number, to: number) => void, from: number, end: number) {
    this.#tell = tell;
    this.#from = from;
    this.#end = end;
  }

  /** Seqs [from, end). */
  add(from: number, end: number): void {
    const [first, last] = [Math.max(from, this.#from), Math.min(end, this.#end)];
    if (first >= last) return;
    if (this.#open !== undefined && this.#open.end === first) {
      this.#open.end = last;
      return;
    }
    this.finish();
    this.#open = { from: first, end: last };
  }

  finish(): void {
    if (this.#open !== undefined) this.#tell(this.#open.from, this.#open.end - 1);
    this.#open = undefined;
  }
}
