import type { Presence } from '../../../src/server/clients/presence.ts';

/** What stands out in a client, the worst first; null if nothing does. */
export type ClientCondition = 'wrong' | 'stalled' | 'late' | null;

/** A message that has been due for so long makes its client late, or stalled. */
const LATE_MS = 250;
const STALLED_MS = 2000;
/** A client at full speed has stalled when it has taken nothing for so long. */
const STILL_MS = 3000;

/**
 * A client with a rate is judged by what is due: between two messages, or two bursts, its cursor may well stand still. At full
 * speed nothing is due at a time, so there the cursor is all there is.
 *
 * @param stillMs for how long the cursor has not moved
 */
export function conditionOf({ mismatched, lag_ms, late_ms }: Presence, stillMs: number): ClientCondition {
  if (mismatched > 0) return 'wrong';
  if (lag_ms === null ? stillMs >= STILL_MS : lag_ms >= STALLED_MS) return 'stalled';
  return (lag_ms ?? 0) >= LATE_MS || (late_ms ?? 0) >= LATE_MS ? 'late' : null;
}

/** The worst first. */
export const CONDITIONS = ['wrong', 'stalled', 'late'] as const;

/** Told by a form as well as by a colour. */
export const CONDITION_SIGNS = { wrong: '✕ wrong', stalled: '■ stalled', late: '▲ late' } as const;

/** What a condition means, shown on hover and said aloud. */
export const CONDITION_TEXTS: Readonly<Record<Exclude<ClientCondition, null>, string>> = {
  wrong: 'reported a block that is not what was sent',
  stalled: 'has not taken what is due for seconds',
  late: 'takes messages later than they are due',
};
