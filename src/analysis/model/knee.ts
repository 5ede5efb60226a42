/**
 * Where throughput stops growing with the number of clients.
 *
 * Theory: V. Satopää, J. Albrecht, D. Irwin and B. Raghavan, "Finding a 'Kneedle' in a Haystack: Detecting Knee
 * Points in System Behavior", ICDCSW 2011. Both axes are scaled to 0 … 1; the knee is the point that lies farthest
 * above the diagonal. No curve is smoothed before, as the paper does with dense data: here there are a few points,
 * each the mean of its repeats.
 *
 * Chosen over a knee drawn from the Universal Scalability Law because it needs no model: it stands where that law
 * is refused. It is a measured number of clients, never one in between, and so no finer than the numbers that were
 * tried. A straight line has no knee, nor has a curve that bends or rises so little that noise could have done it: the
 * distance must be at least a tenth, and where there are repeats, throughput at the knee must be above the first one by
 * Welch's test.
 */

import { ratioTest } from '../significance/welch.ts';
import { mean } from '../statistics/summary.ts';

/** One number of clients, and the throughput of each repeat with them. */
export interface KneePoint {
  readonly clients: number;
  readonly throughputs: readonly number[];
}

/** The bend. */
export interface Knee {
  readonly clients: number;
  readonly throughput: number;
  /** How far it is above the straight line from first to last, as a share of the range: from 0.1 to 1. */
  readonly distance: number;
}

const LEAST_DISTANCE = 0.1;
/** The fewest numbers of clients that can show a knee. */
export const LEAST_POINTS = 4;

/**
 * The knee of the curve through points in any order; undefined where there is none, or fewer than 4 numbers of
 * clients.
 */
export function findKnee(points: readonly KneePoint[]): Knee | undefined {
  const sorted = points
    .map(({ clients, throughputs }) => ({ clients, throughputs, throughput: mean(throughputs) }))
    .sort((a, b) => a.clients - b.clients);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (
    first === undefined ||
    last === undefined ||
    new Set(sorted.map(({ clients }) => clients)).size < LEAST_POINTS
  )
    return;
  const throughputs = sorted.map(({ throughput }) => throughput);
  const low = Math.min(...throughputs);
  const high = Math.max(...throughputs);
  // A curve that falls from its first point on is best there: adding clients never paid.
  if (high === low || first.throughput === high) return;
  let farthest = { ...first, distance: 0 };
  for (const point of sorted) {
    const across = (point.clients - first.clients) / (last.clients - first.clients);
    const distance = (point.throughput - low) / (high - low) - across;
    if (distance >= LEAST_DISTANCE && distance > farthest.distance) farthest = { ...point, distance };
  }
  if (farthest.distance === 0) return;
  const rise = ratioTest(first.throughputs, farthest.throughputs);
  if (rise !== undefined && rise.low <= 1) return;
  const { clients, throughput, distance } = farthest;
  return { clients, throughput, distance };
}
