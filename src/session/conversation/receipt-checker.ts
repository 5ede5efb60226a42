import { crc32Hex } from '../../stream/digest.ts';
import { RangeDigest } from '../../stream/segment/range-digest.ts';
import type { SegmentSource } from '../../stream/segment/segment-cache.ts';
import type { Mismatch, Receipt } from '../messages.ts';
import { receiptSentence } from '../receipt.ts';
import { type Claim, claimOf, joinedClaim } from './claim.ts';
import type { Post } from './post.ts';

/** A receipt that has been checked; `mismatch` says what is wrong with it. */
export interface CheckedReceipt {
  readonly receipt: Receipt;
  readonly mismatch: Mismatch | undefined;
  /** The post that it came in; undefined if it came over the link. */
  readonly post: Post | undefined;
}

interface WaitingReceipt {
  readonly receipt: Receipt;
  readonly sentBefore: number;
  readonly post: Post | undefined;
}

/** Receipts verified together cover at most so many messages, since the first of them waits for the last. */
const MOST_MESSAGES_TOGETHER = 4096;

/**
 * Checks receipts against the stream, one segment a step, in order of arrival. A block may reach back before this
 * connection's first message, because the stream can always be made again.
 *
 * Waiting receipts with adjoining blocks are verified together: looking up the CRC-32 at a block's end is what costs.
 * If they are not right together, each is verified by itself.
 */
export class ReceiptChecker {
  readonly #client: string;
  readonly #source: SegmentSource;
  readonly #waiting: WaitingReceipt[] = [];
  /** The claim being verified, of the first receipts waiting. */
  #claim: Claim | undefined;
  #digest: RangeDigest | undefined;
  /** How many receipts must be verified one by one. */
  #alone = 0;

  /** @param client the client that sends the receipts */
  constructor(client: string, source: SegmentSource) {
    this.#client = client;
    this.#source = source;
  }

  /** How many receipts are waiting. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The post that the next receipt came in. */
  get nextPost(): Post | undefined {
    return this.#waiting[0]?.post;
  }

  /**
   * @param sentBefore the seq after the last message that had been sent when the receipt came
   * @param post what it came in; undefined for the link
   */
  add(receipt: Receipt, sentBefore: number, post?: Post): void {
    this.#waiting.push({ receipt, sentBefore, post });
  }

  /** Does a bounded piece of work; gives the receipts that it finished, which came in one post or all over the link. */
  step(): readonly CheckedReceipt[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    if (this.#claim === undefined) {
      const fault = this.#faultOf(first);
      if (fault !== undefined) return [this.#finishWrong(first, fault)];
      this.#claim = this.#claimFrom(first);
    }
    const claim = this.#claim;
    this.#digest ??= new RangeDigest(this.#source, claim.from, claim.to);
    const complete = this.#digest.step();
    if (!complete && this.#digest.bytes <= claim.bytes) return [];
    if (complete && this.#digest.bytes === claim.bytes && this.#digest.crc32 === claim.crc32)
      return this.#finishRight(claim);
    if (claim.receipts === 1) return [this.#finishWrong(first, difference(first.receipt, this.#digest))];
    this.#alone = claim.receipts;
    this.#forget();
    return [];
  }

  /** What is wrong with a receipt that shows without its messages. */
  #faultOf({ receipt, sentBefore }: WaitingReceipt): string | undefined {
    const { block, from, to, count, elapsed_ms, text } = receipt;
    const sentence = receiptSentence(this.#client, block, elapsed_ms);
    if (text !== sentence) return `the text is not "${sentence}"`;
    if (from > to || count !== to - from + 1) return `${count} messages do not fit seq ${from} to ${to}`;
    if (to >= sentBefore) return `seq ${to} has not been sent, only those below ${sentBefore}`;
    return undefined;
  }

  /** The joint claim of the first receipt and those after it that can be verified with it. */
  #claimFrom({ receipt, post }: WaitingReceipt): Claim {
    let claim = claimOf(receipt);
    if (this.#alone > 0) return claim;
    for (let next = this.#waiting[1]; next !== undefined; next = this.#waiting[claim.receipts]) {
      const { from, to } = next.receipt;
      if (from !== claim.to + 1 || to - claim.from >= MOST_MESSAGES_TOGETHER) break;
      if (next.post !== post || this.#faultOf(next) !== undefined) break;
      claim = joinedClaim(claim, next.receipt, this.#source.stream.text);
    }
    return claim;
  }

  #finishRight({ receipts }: Claim): CheckedReceipt[] {
    this.#forget();
    this.#alone = Math.max(0, this.#alone - receipts);
    return this.#waiting
      .splice(0, receipts)
      .map(({ receipt, post }) => ({ receipt, mismatch: undefined, post }));
  }

  /** @param waiting the first receipt waiting */
  #finishWrong({ receipt, post }: WaitingReceipt, reason: string): CheckedReceipt {
    const { block, from, to, crc32 } = receipt;
    const expected = crc32Hex(this.#digest?.crc32 ?? 0);
    this.#forget();
    this.#alone = Math.max(0, this.#alone - 1);
    this.#waiting.shift();
    const crcs = { expected_crc32: expected, received_crc32: crc32 };
    return { receipt, post, mismatch: { type: 'mismatch', block, from, to, ...crcs, reason } };
  }

  #forget(): void {
    this.#claim = undefined;
    this.#digest = undefined;
  }
}

/** How a claim differs from what was sent. */
function difference(receipt: Receipt, digest: RangeDigest): string {
  if (receipt.bytes < digest.bytes) return `${receipt.bytes} bytes came, at least ${digest.bytes} were sent`;
  if (receipt.bytes > digest.bytes) return `${receipt.bytes} bytes came, ${digest.bytes} were sent`;
  return `CRC-32 is ${receipt.crc32}, should be ${crc32Hex(digest.crc32)}`;
}
