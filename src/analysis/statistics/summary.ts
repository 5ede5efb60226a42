import { quantile } from './quantile.ts';

/** The shape of a sample, in the unit of its values. All but the count are NaN for an empty sample. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Summarises values in any order, without changing them. */
export function summarise(values: Float64Array): Summary {
  const sorted = values.slice().sort();
  return {
    count: sorted.length,
    mean: mean(sorted),
    min: quantile(sorted, 0),
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  };
}

/** The arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0;
  return sum / values.length;
}
