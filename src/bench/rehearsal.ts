import { rateFromWire } from '../delivery/rate.ts';
import type { PlannedRun } from './plan.ts';

/** Long enough for hot code to be compiled. */
const REHEARSAL_MS = 1000;

/**
 * Measurements whose results are dropped: processes that have just started are slow, which would fall on the first
 * repeat. They have the most clients, so that every process has some, at the highest rate; and the smallest blocks and,
 * at full speed, also the largest, because the one case is mostly receipts and the other mostly messages.
 *
 * @param runs at least one
 */
export function rehearsals(runs: readonly PlannedRun[]): PlannedRun[] {
  const mostClients = Math.max(...runs.map(({ clients }) => clients));
  const highest = Math.max(...runs.map(({ rate }) => rateFromWire(rate)));
  const among = runs.filter((run) => run.clients === mostClients && rateFromWire(run.rate) === highest);
  const smallest = among.reduce((least, run) => (run.block < least.block ? run : least));
  const largest = among.reduce((most, run) => (run.block > most.block ? run : most));
  const both = highest === Number.POSITIVE_INFINITY && largest.block > smallest.block;
  return (both ? [smallest, largest] : [smallest]).map((run) => ({
    ...run,
    windowMs: run.windowMs === null ? null : REHEARSAL_MS,
  }));
}
