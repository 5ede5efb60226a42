import type { CellName, RunHeader } from '../../run-file/record/run-record.ts';

/** Two runs side by side: what `tidemark compare --format json` prints. Ratios are B over A. */
export interface Comparison {
  readonly comparison: 'tidemark.comparison.v1';
  readonly a: RunHeader;
  readonly b: RunHeader;
  /** What was compared, as in `mean_block`. */
  readonly metric: string;
  /** A ratio nearer to 1 than this is of no practical interest: 0.02 is 2 %. */
  readonly practical: number;
  /**
   * `different`: by more than is of practical interest, and with confidence. `same`: with confidence by less than
   * that. `unclear`: the data can't tell.
   */
  readonly verdict: 'different' | 'same' | 'unclear';
  /** All cells together: the geometric mean of their ratios; null where there are too few repeats to tell. */
  readonly overall: ComparedRatio | null;
  readonly cells: readonly ComparedCell[];
  /** Cells that one of the two does not have. */
  readonly only_a: readonly CellName[];
  readonly only_b: readonly CellName[];
  readonly conditions: readonly ConditionResult[];
  /** The figures that conditions are of, where they are not of `metric`. */
  readonly judged: readonly { readonly metric: string; readonly cells: readonly ComparedCell[] }[];
  /** In what the runs differ besides, where that was allowed. */
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
  /** Geometric mean of the repeats, whose ratio is below; their mean if one is not above 0; null where there is none. */
  readonly a: number | null;
  readonly b: number | null;
  /** 95 % intervals of both; null with fewer than two repeats. */
  readonly a_interval: Interval | null;
  readonly b_interval: Interval | null;
  readonly repeats_a: number;
  readonly repeats_b: number;
  /** null where a repeat has none above 0, or there is only one. */
  readonly ratio: ComparedRatio | null;
  /** For having compared so many cells at once, after Holm. */
  readonly adjusted_p_value: number | null;
  readonly mann_whitney_p_value: number | null;
  /** Cliff's delta, from -1 to 1, and what Romano calls it. */
  readonly delta: number | null;
  readonly magnitude: 'negligible' | 'small' | 'medium' | 'large' | null;
  readonly different: boolean;
}

/** What became of a `--fail-if` condition. */
export interface ConditionResult {
  readonly condition: string;
  /** With confidence, in all cells together or in one of them; with confidence not, in all together; or neither. */
  readonly result: 'crossed' | 'kept' | 'unclear';
  /** Of all cells together. */
  readonly overall: ComparedRatio | null;
  /** Cells that crossed it with confidence. */
  readonly cells: readonly CellName[];
  /** How many cells have no figure of its metric to compare, in one of the runs, and so no part in `overall`. */
  readonly left_out: number;
}
