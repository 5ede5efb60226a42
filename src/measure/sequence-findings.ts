/** Consecutive seqs that did not come as they should have. */
export interface SequenceFinding {
  /** `lost` were jumped over; what of them comes after all is `reordered`; `repeated` had come before. */
  readonly kind: 'lost' | 'repeated' | 'reordered';
  readonly from: number;
  readonly to: number;
}

/** Ranges that a run tells of; beyond them it only counts. */
const MAXIMUM_FINDINGS = 10_000;
const NONE: readonly SequenceFinding[] = [];

/** Joins what is found seq by seq to ranges, and keeps them until they are asked for. */
export class SequenceFindings {
  #open: { readonly kind: SequenceFinding['kind']; readonly from: number; to: number } | undefined;
  #closed: SequenceFinding[] = [];
  #found = 0;

  /** More seqs of the same kind, right behind the last, go on with its range. */
  add(kind: SequenceFinding['kind'], from: number, to: number): void {
    if (this.#open?.kind === kind && this.#open.to === from - 1) {
      this.#open.to = to;
      return;
    }
    this.close();
    this.#open = { kind, from, to };
  }

  /** Nothing goes on with the open range any more. */
  close(): void {
    if (this.#open === undefined) return;
    if (this.#found < MAXIMUM_FINDINGS) this.#closed.push(this.#open);
    this.#found++;
    this.#open = undefined;
  }

  /** The closed ranges that have not been taken yet. */
  take(): readonly SequenceFinding[] {
    if (this.#closed.length === 0) return NONE;
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }
}
