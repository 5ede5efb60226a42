/**
 * How evenly something was shared out.
 *
 * Theory: R. Jain, D.-M. Chiu and W. Hawe, "A Quantitative Measure of JainFairness and Discrimination for Resource
 * Allocation in Shared Computer Systems", DEC-TR-301 (1984): (sum x)^2 / (n sum x^2). It is 1 when all have the
 * same, and k/n when k of n share everything equally. It has no unit and does not depend on the scale.
 */
export interface JainFairness {
  readonly count: number;
  /** Jain's index, from 1 / count to 1. */
  readonly index: number;
  /** The smallest share. */
  readonly min: number;
  /** The largest share. */
  readonly max: number;
}

/** The fairness of shares, none of them negative; undefined for none. If all are 0, they are equal: index 1. */
export function fairness(shares: ArrayLike<number>): JainFairness | undefined {
  if (shares.length === 0) return undefined;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let at = 0; at < shares.length; at++) {
    min = Math.min(min, shares[at] ?? 0);
    max = Math.max(max, shares[at] ?? 0);
  }
  if (max === 0) return { count: shares.length, index: 1, min, max };
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < shares.length; at++) {
    // In units of the largest, so that no square overflows or vanishes.
    const share = (shares[at] ?? 0) / max;
    sum += share;
    squares += share * share;
  }
  return { count: shares.length, index: (sum * sum) / (shares.length * squares), min, max };
}
