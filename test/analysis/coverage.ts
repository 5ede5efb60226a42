import type { Refusal } from '../../src/analysis/estimate.ts';

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Counts how often intervals hold what is true. */
export class Coverage {
  trials = 0;
  held = 0;
  refused = 0;
  /** Intervals without an upper end: they hold too easily to be worth much. */
  unbounded = 0;

  add(interval: Bounds | Refusal | undefined, truth: number): void {
    this.trials++;
    if (interval === undefined || 'refused' in interval) {
      this.refused++;
      return;
    }
    if (interval.low <= truth && truth <= interval.high) this.held++;
    if (interval.high === Number.POSITIVE_INFINITY) this.unbounded++;
  }

  /** The share of all trials in which the interval held the truth: a refusal counts as a miss. */
  get share(): number {
    return this.held / this.trials;
  }
}
