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
  readonly #startIsAssumed: boolean;
  /** The seq that should come first: as assumed at the beginning, and as known now. */
  readonly #began: number;
  #first: number;
  #next: number;
  #gaps: { from: number; to: number }[] = [];
  /** The ranges behind the counts. */
  readonly findings: SequenceFindings = new SequenceFindings();
  lost = 0;
  repeated = 0;
  reordered = 0;

  /** Missing seqs between the true start and the one that was first taken for it. */
  headMissing = 0;

  /**
   * @param first the seq that should come first
   * @param startIsAssumed whether that is only the one that arrived first; an earlier one then moves the start back
   */
  constructor(first: number, startIsAssumed = false) {
    this.#first = first;
    this.#began = first;
    this.#next = first;
    this.#startIsAssumed = startIsAssumed;
  }

  /** The seq that should have come first. */
  get first(): number {
    return this.#first;
  }

  /** The lowest seq that has not arrived. */
  get firstMissing(): number {
    return this.#gaps.reduce((least, { from }) => Math.min(least, from), this.#next);
  }

  /** The seq after the highest one so far. */
  get next(): number {
    return this.#next;
  }

  /** Counts the next `count` seqs, in order. */
  addRun(count: number): void {
    this.#next += count;
    this.findings.close();
  }

  /** Counts the seq of a message. */
  add(seq: number): void {
    if (seq === this.#next) {
      this.addRun(1);
    } else if (seq < this.#first && this.#startIsAssumed) {
      this.#beginAt(seq);
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
    if (this.#gaps.length > MAXIMUM_GAPS) this.#forgetOldestGap();
  }

  /** The stream began earlier than assumed. */
  #beginAt(seq: number): void {
    const missing = this.#first - seq - 1;
    if (missing > 0) {
      this.#gaps.push({ from: seq + 1, to: this.#first - 1 });
      this.lost += missing;
      this.headMissing += missing;
    }
    this.#first = seq;
    this.reordered++;
    this.findings.add('reordered', seq, seq);
  }

  #forgetOldestGap(): void {
    const gap = this.#gaps.shift();
    if (gap === undefined || gap.to >= this.#began) return;
    this.headMissing -= gap.to - gap.from + 1;
    this.findings.add('lost', gap.from, gap.to);
  }

  /**
   * Ends the tally. What is missing after a start that was found late was not reported as lost, because it could still
   * arrive.
   */
  end(): void {
    for (const { from, to } of this.#gaps) if (to < this.#began) this.findings.add('lost', from, to);
    this.findings.close();
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
    if (seq < this.#began) this.headMissing--;
    return true;
  }
}
