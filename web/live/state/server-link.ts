/** What the page knows of its connection to the server. */
export type ServerLink =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** There is no connection; `attempts` were in vain since. `answer` is what the server said of the last; null if it did not answer. */
  | {
      readonly is: 'gone';
      readonly sinceMs: number;
      readonly attempts: number;
      readonly answer: string | null;
    }
  /** The server is there, and wants an access token, or another one. */
  | { readonly is: 'refused'; readonly sentence: string };

/** After a line is as long in coming as this the connection is given up: there is one a second. */
export const SILENCE_MS = 6000;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** The link after a connection, or an attempt, came to nothing. */
export function lostLink(
  link: ServerLink,
  nowMs: number,
  answer: string | null,
): ServerLink & { readonly is: 'gone' } {
  return link.is === 'gone'
    ? { ...link, attempts: link.attempts + 1, answer }
    : { is: 'gone', sinceMs: nowMs, attempts: 0, answer };
}

/**
 * How long to wait before the next attempt: twice as long each time, up to a limit, and at random the half of it up to all, so that
 * pages that lost one server do not come back as one.
 *
 * @param random from 0 up to 1
 */
export function waitMs(attempts: number, random: number): number {
  const whole = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts, 16), LONGEST_WAIT_MS);
  return whole * (0.5 + random / 2);
}
