/** For the server's answers when the user wants to leave. */
export const LEAVE_TIMEOUT_MS = 2000;
/** How long a connection may bring no answer to the last receipts. */
const TIMEOUT_MS = 10_000;
/** Connections in a row that bring none. */
const CONNECTIONS = 3;

/**
 * The wait of a finished run for the server's answers to its last receipts. A connection that brings none in time may
 * only have lost packets, so it is given up for another one; a server that does not answer over three of them will not.
 * Only a receipt that is answered counts as an answer, so a peer can't draw the wait out.
 */
export class LastAnswers {
  #missing = Number.POSITIVE_INFINITY;
  #untilMs = 0;
  #inVain = 0;

  /** The receipts have been sent over a connection. Gives when to give it up, in milliseconds, as `answered` does. */
  sent(missing: number, nowMs: number): number {
    this.#missing = missing;
    this.#untilMs = nowMs + TIMEOUT_MS;
    return this.#untilMs;
  }

  /** Answers came; so many receipts are still without. */
  answered(missing: number, nowMs: number): number {
    if (missing >= this.#missing) return this.#untilMs;
    this.#inVain = 0;
    return this.sent(missing, nowMs);
  }

  /** The time is over. Gives whether it is worth trying once more. */
  tryAgain(): boolean {
    this.#inVain++;
    return this.#inVain < CONNECTIONS;
  }
}
