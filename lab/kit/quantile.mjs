/** Quantiles of values in any order. */
import { quantile as quantileOfSorted } from '../../dist/analysis/statistics/quantile.js';

/**
 * The value below which the share of the values lies, by straight lines between them; NaN of none.
 *
 * @param {readonly number[]} values
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}
