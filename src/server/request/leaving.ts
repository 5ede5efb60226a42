import { Deadlines } from '../../host/deadlines.ts';
import { MOST_UNREAD_MS } from '../../session/heartbeat.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';

/** When each connection that got its last answer is dropped. */
export const leaving: Deadlines<{ destroy(): void }> = new Deadlines(ACCESS_LIMITS.refusedMs, (each) =>
  each.destroy(),
);

/** How long a client has to read what is left, and to answer the close frame behind it. */
export const CLOSING_MS: number = 30_000 + MOST_UNREAD_MS;
