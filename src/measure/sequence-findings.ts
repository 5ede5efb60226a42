/** A range of seqs that did not arrive as they should have. */
export interface SequenceFinding {
  /** `lost` seqs were skipped; those that arrive after all are `reordered`; `repeated` ones had arrived before. */
  readonly kind: 'lost' | 'repeated' | 'reordered';
  readonly from: number;
  readonly to: number;
}

/** The most ranges that a run reports; beyond them it only counts. */
const MAXIMUM_FINDINGS = 10_000;
const NONE: readonly SequenceFinding[] = [];

/** Joins findings, reported seq by seq, to ranges, and keeps these until they are taken. */
export class SequenceFindings {
  #open: { readonly kind: SequenceFinding['kind']; readonly from: number; to: number } | undefined;
  #closed: SequenceFinding[] = [];
  #found = 0;

  /** Adds seqs; those of the same kind right after the last extend its range. */
  add(kind: SequenceFinding['kind'], from: number, to: number): void {
    if (this.#open?.kind === kind && this.#open.to === from - 1) {
      this.#open.to = to;
      return;
    }
    this.close();
    this.#open = { kind, from, to };
  }

  /** Closes the open range. */
  close(): void {
    if (this.#open === undefined) return;
    if (this.#found < MAXIMUM_FINDINGS) this.#closed.push(this.#open);
    this.#found++;
    this.#open = undefined;
  }

  /** Takes the closed ranges. */
  take(): readonly SequenceFinding[] {
    if (this.#closed.length === 0) return NONE;
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }
}
