import { crc32Hex } from '../stream/digest.ts';
import { RangeDigest } from '../stream/range-digest.ts';
import type { SegmentSource } from '../stream/segment-cache.ts';
import type { Mismatch, Receipt } from './messages.ts';
import { receiptSentence } from './receipt.ts';

/** A receipt that has been checked; `mismatch` says what is wrong with it. */
export interface CheckedReceipt {
  readonly receipt: Receipt;
  readonly mismatch: Mismatch | undefined;
}

/**
 * Checks receipts against the stream, one segment a step, in the order in which they came. A block may reach back
 * before this connection's first message: the stream can always be made again.
 */
export class ReceiptChecker {
  readonly #client: string;
  readonly #source: SegmentSource;
  readonly #waiting: { receipt: Receipt; sentBefore: number }[] = [];
  #digest: RangeDigest | undefined;

  /** @param client whose receipts they are */
  constructor(client: string, source: SegmentSource) {
    this.#client = client;
    this.#source = source;
  }

  /** How many receipts wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @param sentBefore the seq after the last message that had been sent when the receipt came */
  add(receipt: Receipt, sentBefore: number): void {
    this.#waiting.push({ receipt, sentBefore });
  }

  /** Does a bounded piece of work; gives a receipt if that finished it. */
  step(): CheckedReceipt | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const { receipt, sentBefore } = first;
    const { from, to, count } = receipt;
    const sentence = receiptSentence(this.#client, receipt.block, receipt.elapsed_ms);
    if (receipt.text !== sentence) return this.#finish(receipt, `the text is not "${sentence}"`);
    if (from > to || count !== to - from + 1) {
      return this.#finish(receipt, `${count} messages do not fit seq ${from} to ${to}`);
    }
    if (to >= sentBefore)
      return this.#finish(receipt, `seq ${to} has not been sent, only those below ${sentBefore}`);
    this.#digest ??= new RangeDigest(this.#source, from, to);
    const complete = this.#digest.step();
    if (!complete && this.#digest.bytes <= receipt.bytes) return undefined;
    return this.#finish(receipt, difference(receipt, this.#digest));
  }

  #finish(receipt: Receipt, reason: string | undefined): CheckedReceipt {
    const digest = this.#digest;
    this.#digest = undefined;
    this.#waiting.shift();
    if (reason === undefined) return { receipt, mismatch: undefined };
    const { block, from, to, crc32 } = receipt;
    const expected = crc32Hex(digest?.crc32 ?? 0);
    const crcs = { expected_crc32: expected, received_crc32: crc32 };
    return { receipt, mismatch: { type: 'mismatch', block, from, to, ...crcs, reason } };
  }
}

function difference(receipt: Receipt, digest: RangeDigest): string | undefined {
  if (receipt.bytes < digest.bytes) return `${receipt.bytes} bytes came, at least ${digest.bytes} were sent`;
  if (receipt.bytes > digest.bytes) return `${receipt.bytes} bytes came, ${digest.bytes} were sent`;
  const expected = crc32Hex(digest.crc32);
  return receipt.crc32 === expected ? undefined : `CRC-32 is ${receipt.crc32}, should be ${expected}`;
}
