import { Deadlines } from '../host/deadlines.ts';
import { ACCESS_LIMITS } from './access-limits.ts';

/** The connections of all that were answered and are to go. */
export const leaving: Deadlines = new Deadlines(ACCESS_LIMITS.refusedMs);
