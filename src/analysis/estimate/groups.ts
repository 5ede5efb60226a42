/**
 * Blocks of one run depend on each other: a slow one is followed by slow ones. What counts as one independent
 * observation is therefore a whole repeat, and every interval here is made from the differences between repeats.
 *
 * Where there is one repeat only, it is cut into 4 to 10 batches in the order of time, each several times as long
 * as the dependence reaches, and these stand in for repeats. They do not vary as another run would: the basis says
 * so.
 *
 * Theory: T. Kalibera and R. Jones, "Rigorous Benchmarking in Reasonable Time" (2013), for why the highest level
 * that varies is the one to repeat; R. W. Conway, "Some Tactical Problems in Digital Simulation" (1963), and B.
 * Schmeiser, "Batch Size Effects in the Analysis of Simulation Output" (1982), for batches, of which 10 are nearly
 * as good as many.
 */
import { blockLength } from './block-length.ts';
import type { Basis } from './estimate.ts';

/** The repeats of one cell, each the values of its blocks in the order of time. */
export type NestedSample = readonly Float64Array[];

/** Parts of a sample that are independent, or nearly so. */
export interface Groups {
  readonly members: NestedSample;
  readonly basis: Basis;
}

const MOST_BATCHES = 10;
const LEAST_BATCHES = 4;

/** The repeats that have blocks, or the batches of the only one. There may be none. */
export function independentGroups(sample: NestedSample): Groups {
  const repeats = sample.filter(({ length }) => length > 0);
  const [only] = repeats;
  if (only === undefined || repeats.length > 1) return { members: repeats, basis: 'repeats' };
  const wanted = Math.floor(only.length / (2 * blockLength(only)));
  const count = Math.min(only.length, Math.max(LEAST_BATCHES, Math.min(MOST_BATCHES, wanted)));
  const members = Array.from({ length: count }, (_, index) =>
    only.subarray(Math.floor((index * only.length) / count), Math.floor(((index + 1) * only.length) / count)),
  );
  return { members, basis: 'blocks' };
}
