import { LIVE_EPOCH_MS, Schedule } from '../../delivery/schedule.ts';
import type { StreamRequest } from '../../session/stream-request.ts';

/** How far ahead of the schedule a client may be: clocks of servers that stand in for each other differ by less. */
const MOST_AHEAD_MS = 60_000;

/**
 * What is wrong with a live start now, as a sentence; undefined if nothing is. The live schedule hangs on the wall clock: of a
 * clock that is before the schedule's beginning, or was set back since a client was served, a message would be due in hours
 * or decades, and until then a client could not tell the server from one that is broken.
 */
export function liveFault(
  { live, from, ratePerSecond, profile }: Pick<StreamRequest, 'live' | 'from' | 'ratePerSecond' | 'profile'>,
  wallMs: number,
): string | undefined {
  if (!live) return undefined;
  const schedule = new Schedule(LIVE_EPOCH_MS, 0, ratePerSecond, profile);
  const next = schedule.dueBefore(wallMs);
  const first = from ?? next;
  const dueMs = schedule.dueMs(first);
  const isNext = first <= next && wallMs >= LIVE_EPOCH_MS;
  if (isNext || dueMs - wallMs <= MOST_AHEAD_MS) return undefined;
  return `live message ${first} is due at ${timeText(dueMs)}, and the server's clock says ${timeText(wallMs)}`;
}

/** To the second; of years that no Date has, the number. */
function timeText(wallMs: number): string {
  const date = new Date(wallMs);
  return Number.isNaN(date.getTime()) ? `${wallMs} ms` : `${date.toISOString().slice(0, -5)}Z`;
}
