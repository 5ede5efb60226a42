import type { ServerResponse } from 'node:http';
import { Deadlines } from '../../host/deadlines.ts';
import { MOST_UNREAD_MS } from '../../session/heartbeat.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';

const destroy = (each: { destroy(): void }): void => each.destroy();

/** When each connection that got its last answer is dropped. */
export const leaving: Deadlines<{ destroy(): void }> = new Deadlines(ACCESS_LIMITS.refusedMs, destroy);

/** When each is dropped whose answer is larger than what the kernel takes at once. */
const taking: Deadlines<{ destroy(): void }> = new Deadlines(ACCESS_LIMITS.answerMs, destroy);

/** Drops a peer that does not take its answer, which has been written whole: the memory of it is held until then. */
export function takesLeave(response: ServerResponse): void {
  response.once('close', () => {
    taking.remove(response);
    leaving.remove(response);
  });
  if (response.socket === null || response.socket.writableLength === 0) return leaving.add(response);
  const { oldest } = taking;
  if (oldest !== undefined && taking.size >= ACCESS_LIMITS.waitingAnswers) {
    taking.remove(oldest);
    oldest.destroy();
  }
  taking.add(response);
  response.once('finish', () => {
    taking.remove(response);
    if (!response.destroyed) leaving.add(response);
  });
}

/** How long a client has to read what is left, and to answer the close frame behind it. */
export const CLOSING_MS: number = 30_000 + MOST_UNREAD_MS;
