import type { Verified } from '../messages.ts';

/** Blocks that are right, but of which the client has not been told yet. */
export class RightBlocks {
  readonly #blocks: number[] = [];
  /** When their last messages were sent, if that is recorded. */
  readonly #sentMs: (number | null)[] = [];

  get size(): number {
    return this.#blocks.length;
  }

  /** @param sentMs when its last message was sent: null if that is not known, undefined if it is not kept */
  add(block: number, sentMs: number | null | undefined): void {
    this.#blocks.push(block);
    if (sentMs !== undefined) this.#sentMs.push(sentMs);
  }

  /** Takes the one answer for all of them; undefined if there are none. */
  take(): Verified | undefined {
    const block = this.#blocks.at(-1);
    if (block === undefined) return undefined;
    this.#blocks.length = 0;
    const sentMs = this.#sentMs.splice(0);
    return sentMs.length === 0 ? { type: 'verified', block } : { type: 'verified', block, sent_ms: sentMs };
  }
}
