/**
 * Quantiles of a sample.
 *
 * Theory: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50
 * (1996), 361-365, type 7: straight lines between the points (k / (n - 1), x[k]). It is the default of R, NumPy and
 * spreadsheets, so a reader who takes the raw file to one of them finds the same number.
 */

/** The quantile of a sample that is sorted in ascending order; NaN of an empty one. 0 <= probability <= 1. */
export function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const lower = sorted[below] ?? Number.NaN;
  const upper = sorted[below + 1] ?? lower;
  return lower + (position - below) * (upper - lower);
}

/** The median of values in any order, which are left as they are. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
