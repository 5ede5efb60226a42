import { LIVE_EPOCH_MS, Schedule } from '../../delivery/schedule.ts';
import type { StreamRequest } from '../../session/stream-request.ts';

/** How far ahead of the schedule a client may be: the clocks of servers that replace each other differ by less. */
const MOST_AHEAD_MS = 60_000;

/**
 * Why a live start is impossible now, as a sentence; undefined if it is possible. The live schedule follows the wall clock. If that
 * clock is before the schedule's epoch, or was set back since the client was last served, the next message would be due in hours
 * or decades, and meanwhile the client could not tell the server from a broken one.
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

/** Formats a time to the second, or as a bare number if it is outside a Date's range. */
function timeText(wallMs: number): string {
  const date = new Date(wallMs);
  return Number.isNaN(date.getTime()) ? `${wallMs} ms` : `${date.toISOString().slice(0, -5)}Z`;
}
