import { Deadlines } from '../../host/deadlines.ts';
import { MOST_UNREAD_MS } from '../../session/heartbeat.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';

/** The connections of all that were answered and are to go. */
export const leaving: Deadlines = new Deadlines(ACCESS_LIMITS.refusedMs);

/** How long a client has to take the end of its connection: what it has still to read, and to answer a close frame behind that. */
export const CLOSING_MS: number = 30_000 + MOST_UNREAD_MS;
