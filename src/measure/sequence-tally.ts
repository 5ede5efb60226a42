import { SequenceFindings } from './sequence-findings.ts';

/**
 * Counts what became of each seq: lost, repeated, reordered.
 *
 * A jump forward leaves a gap, counted as lost; a seq that fills a gap later was reordered, not lost; any other
 * seq that is not the next one is a repeat. Gaps are kept as ranges, a bounded number of them: beyond it the
 * oldest is forgotten, and a message that fills that one counts as a repeat.
 */
const MAXIMUM_GAPS = 10_000;

export class SequenceTally {
  #next: number;
  #gaps: { from: number; to: number }[] = [];
  /** Which seqs the counts are of. */
  readonly findings: SequenceFindings = new SequenceFindings();
  lost = 0;
  repeated = 0;
  reordered = 0;

  /** @param first the seq that should come first */
  constructor(first: number) {
    this.#next = first;
  }

  /** The seq after the highest one so far. */
  get next(): number {
    return this.#next;
  }

  /** Takes the next `count` seqs, in order. */
  addRun(count: number): void {
    this.#next += count;
    this.findings.close();
  }

  /** Takes the seq of a message that came. */
  add(seq: number): void {
    if (seq === this.#next) {
      this.addRun(1);
    } else if (seq > this.#next) {
      this.#gaps.push({ from: this.#next, to: seq - 1 });
      this.findings.add('lost', this.#next, seq - 1);
      this.findings.close();
      this.lost += seq - this.#next;
      this.#next = seq + 1;
    } else if (this.#fillGap(seq)) {
      this.lost--;
      this.reordered++;
      this.findings.add('reordered', seq, seq);
    } else {
      this.repeated++;
      this.findings.add('repeated', seq, seq);
    }
    if (this.#gaps.length > MAXIMUM_GAPS) this.#gaps.shift();
  }

  #fillGap(seq: number): boolean {
    const index = this.#gaps.findIndex(({ from, to }) => from <= seq && seq <= to);
    const gap = this.#gaps[index];
    if (gap === undefined) return false;
    const rest = [
      { from: gap.from, to: seq - 1 },
      { from: seq + 1, to: gap.to },
    ].filter(({ from, to }) => from <= to);
    this.#gaps.splice(index, 1, ...rest);
    return true;
  }
}
