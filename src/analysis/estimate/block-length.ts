/**
 * How long the pieces must be that a block bootstrap moves about.
 *
 * Theory: D. N. Politis and H. White, "Automatic Block-Length Selection for the Dependent Bootstrap", Econometric
 * Reviews 23 (2004), 53-70, with the correction of A. Patton, D. N. Politis and H. White (2009), for the circular
 * bootstrap. The autocorrelations are followed until they stay insignificant; from those before, weighted by a
 * flat-top window, follows the length that estimates the variance of a mean with the least error. It grows as the
 * cube root of the number of values.
 *
 * The rule is applied to the ranks of the values: block times have heavy tails, in which a few outliers would hide
 * the dependence, and ranks suit quantiles as well as the mean.
 */
export function blockLength(series: Float64Array): number {
  const n = series.length;
  if (n < 10) return 1;
  const covariances = autocovariances(ranks(series), 2 * maximumLag(n));
  const variance = covariances[0] ?? 0;
  if (variance === 0) return 1;
  const window = 2 * lastSignificantLag(covariances, n);
  let spectrum = variance;
  let slope = 0;
  for (let lag = 1; lag <= Math.min(window, covariances.length - 1); lag++) {
    const weighted = 2 * flatTop(lag / window) * (covariances[lag] ?? 0);
    spectrum += weighted;
    slope += lag * weighted;
  }
  const length = Math.cbrt((2 * slope * slope * n) / ((4 / 3) * spectrum * spectrum));
  return Math.max(1, Math.min(Math.round(length), Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))));
}

/** 1 up to one half, then falling to 0 at 1. */
function flatTop(x: number): number {
  return Math.max(0, Math.min(1, 2 * (1 - x)));
}

function maximumLag(n: number): number {
  return Math.ceil(Math.sqrt(n)) + insignificantRun(n);
}

/** How many autocorrelations in a row must be insignificant to end the search. */
function insignificantRun(n: number): number {
  return Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
}

/** The last lag before a run of autocorrelations that are within the noise; at least 1. */
function lastSignificantLag(covariances: Float64Array, n: number): number {
  const noise = 2 * Math.sqrt(Math.log10(n) / n) * (covariances[0] ?? 0);
  const needed = insignificantRun(n);
  const last = maximumLag(n);
  let run = 0;
  let significant = 0;
  for (let lag = 1; lag <= last; lag++) {
    if (Math.abs(covariances[lag] ?? 0) >= noise) {
      run = 0;
      significant = lag;
    } else if (++run === needed) {
      break;
    }
  }
  return Math.max(1, significant);
}

function autocovariances(centred: Float64Array, lastLag: number): Float64Array {
  const n = centred.length;
  const result = new Float64Array(Math.min(lastLag, n - 1) + 1);
  for (let lag = 0; lag < result.length; lag++) {
    let sum = 0;
    for (let at = lag; at < n; at++) sum += (centred[at] ?? 0) * (centred[at - lag] ?? 0);
    result[lag] = sum / n;
  }
  return result;
}

/** The rank of each value, measured from the middle; equal values share one. */
function ranks(series: Float64Array): Float64Array {
  const order = Uint32Array.from(series.keys()).sort((a, b) => (series[a] ?? 0) - (series[b] ?? 0));
  const result = new Float64Array(series.length);
  for (let from = 0; from < order.length; ) {
    const value = series[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && series[order[to] ?? 0] === value) to++;
    for (let at = from; at < to; at++) result[order[at] ?? 0] = (from + to - 1 - (order.length - 1)) / 2;
    from = to;
  }
  return result;
}
