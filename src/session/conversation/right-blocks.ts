import type { Verified } from '../messages.ts';

/** Blocks that are right, but of which the client has not been told yet. */
export class RightBlocks {
  #size = 0;
  /** The one that was added last. */
  #block = 0;
  /** When their last messages were sent, if that is recorded. */
  #sentMs: (number | null)[] | undefined;

  get size(): number {
    return this.#size;
  }

  /** @param sentMs when its last message was sent: null if that is not known, undefined if it is not kept */
  add(block: number, sentMs: number | null | undefined): void {
    this.#size++;
    this.#block = block;
    if (sentMs === undefined) return;
    this.#sentMs ??= [];
    this.#sentMs.push(sentMs);
  }

  /** Takes the one answer for all of them; undefined if there are none. */
  take(): Verified | undefined {
    if (this.#size === 0) return undefined;
    const block = this.#block;
    const sentMs = this.#sentMs;
    this.#size = 0;
    this.#sentMs = undefined;
    return sentMs === undefined ? { type: 'verified', block } : { type: 'verified', block, sent_ms: sentMs };
  }
}
