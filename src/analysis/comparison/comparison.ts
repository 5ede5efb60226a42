import type { CellName, RunHeader } from '../../run-file/record/run-record.ts';

/** Two runs side by side: what `tidemark compare --format json` prints. Ratios are B over A. */
export interface Comparison {
  readonly comparison: 'tidemark.comparison.v1';
  readonly a: RunHeader;
  readonly b: RunHeader;
  /** What was compared, as in `mean_block`. */
  readonly metric: string;
  /** A ratio closer to 1 than this is of no practical interest: 0.02 is 2 %. */
  readonly practical: number;
  /**
   * `different`: with confidence, by more than is of practical interest. `same`: with confidence, by less. `unclear`:
   * the data can't tell.
   */
  readonly verdict: 'different' | 'same' | 'unclear';
  /** All cells together: the geometric mean of their ratios; null with too few repeats. */
  readonly overall: ComparedRatio | null;
  readonly cells: readonly ComparedCell[];
  /** Cells that only one of the runs has. */
  readonly only_a: readonly CellName[];
  readonly only_b: readonly CellName[];
  readonly conditions: readonly ConditionResult[];
  /** The figures judged by conditions of other metrics than `metric`. */
  readonly judged: readonly { readonly metric: string; readonly cells: readonly ComparedCell[] }[];
  /** Other differences between the runs, which were accepted. */
  readonly differences: readonly string[];
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface ComparedRatio {
  readonly ratio: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
}

export interface ComparedCell extends CellName {
  /**
   * Geometric mean of the repeats, from which the ratio is taken; arithmetic mean if one is not above 0; null if there
   * is none.
   */
  readonly a: number | null;
  readonly b: number | null;
  /** 95 % intervals of both; null with fewer than two repeats. */
  readonly a_interval: Interval | null;
  readonly b_interval: Interval | null;
  readonly repeats_a: number;
  readonly repeats_b: number;
  /** null if a repeat is not above 0, or there is only one. */
  readonly ratio: ComparedRatio | null;
  /** Adjusted for comparing so many cells at once, by Holm's method. */
  readonly adjusted_p_value: number | null;
  readonly mann_whitney_p_value: number | null;
  /** Cliff's delta, from -1 to 1, and Romano's word for it. */
  readonly delta: number | null;
  readonly magnitude: 'negligible' | 'small' | 'medium' | 'large' | null;
  readonly different: boolean;
}

/** The result of a `--fail-if` condition. */
export interface ConditionResult {
  readonly condition: string;
  /**
   * `crossed`: with confidence, in all cells together or in one of them. `kept`: with confidence, in all together.
   * `unclear`: neither.
   */
  readonly result: 'crossed' | 'kept' | 'unclear';
  /** Of all cells together. */
  readonly overall: ComparedRatio | null;
  /** Cells that cross it with confidence. */
  readonly cells: readonly CellName[];
  /** How many cells lack the metric in one of the runs, and are left out of `overall`. */
  readonly left_out: number;
}
