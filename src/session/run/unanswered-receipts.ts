import { LIMITS } from '../limits.ts';
import type { Mismatch, Receipt, Verified } from '../messages.ts';

/**
 * The receipts that the server has not answered yet. After an outage they are sent again: any server can verify any
 * block, whoever sent its messages.
 */
export class UnansweredReceipts {
  readonly #waiting = new Map<number, Receipt>();
  #verifiedThrough: number;
  #wrongBlocks = 0;

  /**
   * @param verifiedThrough the last block up to which all are known to be right
   * @param waiting receipts left from an earlier process, in the order of their blocks
   */
  constructor(verifiedThrough: number, waiting: readonly Receipt[]) {
    this.#verifiedThrough = verifiedThrough;
    for (const receipt of waiting) this.#waiting.set(receipt.block, receipt);
  }

  get size(): number {
    return this.#waiting.size;
  }

  get overflown(): boolean {
    return this.#waiting.size > LIMITS.unansweredReceipts;
  }

  /** How many blocks the server found wrong. */
  get wrongBlocks(): number {
    return this.#wrongBlocks;
  }

  /** Every block up to this one is right. It stays below the first wrong one for good. */
  get verifiedThrough(): number {
    return this.#verifiedThrough;
  }

  /** In the order of their blocks. */
  receipts(): Iterable<Receipt> {
    return this.#waiting.values();
  }

  add(receipt: Receipt): void {
    this.#waiting.set(receipt.block, receipt);
  }

  /** Takes an answer for every block up to one. Blocks that were not reported are ignored. */
  verified({ block }: Verified): void {
    for (const waiting of this.#waiting.keys()) {
      if (waiting > block) break;
      this.#waiting.delete(waiting);
      if (this.#wrongBlocks === 0) this.#verifiedThrough = Math.max(this.#verifiedThrough, waiting);
    }
  }

  /** Takes the receipt that was wrong, if it still awaited its answer. */
  mismatch({ block }: Mismatch): Receipt | undefined {
    const receipt = this.#waiting.get(block);
    if (receipt === undefined) return undefined;
    this.#waiting.delete(block);
    this.#wrongBlocks++;
    return receipt;
  }
}
