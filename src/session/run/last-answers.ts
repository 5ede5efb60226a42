/** How long to wait for the server's answers when the user wants to leave. */
export const LEAVE_TIMEOUT_MS = 2000;
/** How long a connection may bring no answer to the last receipts. */
const TIMEOUT_MS = 10_000;
/** How many connections in a row may bring none. */
const CONNECTIONS = 3;

/**
 * A finished run's wait for the server's last answers. A connection that brings none in time may merely have lost
 * packets, so it is replaced; a server that does not answer over three of them never will. Only an answered receipt
 * counts, so a peer can't prolong the wait.
 */
export class LastAnswers {
  #missing = Number.POSITIVE_INFINITY;
  #inVain = 0;

  /** The receipts were sent over a connection. @returns when to give it up, in milliseconds */
  sent(missing: number, nowMs: number): number {
    this.#missing = missing;
    return nowMs + TIMEOUT_MS;
  }

  /** Something came, and this many receipts are still without an answer. @returns as `sent` does; undefined if none was answered */
  answered(missing: number, nowMs: number): number | undefined {
    if (missing >= this.#missing) return undefined;
    this.#inVain = 0;
    return this.sent(missing, nowMs);
  }

  /** The time is up. @returns whether to try once more */
  tryAgain(): boolean {
    this.#inVain++;
    return this.#inVain < CONNECTIONS;
  }
}
