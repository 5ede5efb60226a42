import type { Estimate, Refused } from '../../../src/analysis/estimate/estimate.ts';

/** Counts how often intervals hold what is true. */
export class Coverage {
  trials = 0;
  held = 0;
  /** How often intervals of half the width, around the same value, would have held it. */
  heldByHalf = 0;
  refused = 0;
  /** Intervals without an upper end hold too easily to be worth much. */
  unbounded = 0;

  add(interval: Pick<Estimate, 'value' | 'low' | 'high'> | Refused | undefined, truth: number): void {
    this.trials++;
    if (interval === undefined || 'refused' in interval) {
      this.refused++;
      return;
    }
    const { value, low, high } = interval;
    if (low <= truth && truth <= high) this.held++;
    if (value - (value - low) / 2 <= truth && truth <= value + (high - value) / 2) this.heldByHalf++;
    if (high === Number.POSITIVE_INFINITY) this.unbounded++;
  }

  /** Shares of all trials, in percent: a refusal counts as a miss. */
  get percent(): { held: number; heldByHalf: number; unbounded: number } {
    const of = (count: number) => (100 * count) / this.trials;
    return { held: of(this.held), heldByHalf: of(this.heldByHalf), unbounded: of(this.unbounded) };
  }
}
