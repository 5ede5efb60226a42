/**
 * The upper tail of the standard normal distribution.
 *
 * Theory: near 0 the power series of G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical
 * Software 11:4 (2004); in the tail Laplace's continued fraction (Abramowitz and Stegun 26.2.14), which keeps its
 * relative accuracy where one minus the series would have none left. The quantile is
 * `src/stream/program/normal-quantile.ts`.
 */

/** The chance that a standard normal variable is above z. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let term = 100; term > 0; term--) fraction = z + term / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let power = 3; term > 1e-18 * sum; power += 2) {
    term *= (z * z) / power;
    sum += term;
  }
  return 0.5 - density * sum;
}
