import type { FinishedBlock } from '../../measure/finished-block.ts';
import { redacted } from '../../wording/secrets.ts';
import { CLOSE } from '../close-codes.ts';
import type { Mismatch, Verified } from '../messages.ts';
import { receiptFor } from '../receipt.ts';
import { encodeReceipt } from '../receipt-text.ts';
import type { ResumePoint, RunProgress } from './resume-point.ts';
import type { RunOutput } from './run-output.ts';
import type { RunRefusal } from './served-stream.ts';
import { UnansweredReceipts } from './unanswered-receipts.ts';

/** The reports of a run's blocks, and the server's answers. */
export class BlockReports {
  readonly #client: string;
  readonly #secrets: readonly string[];
  readonly #receipts: UnansweredReceipts;
  #blocks: number;
  /** Messages in blocks that the server found wrong although their seqs were right. */
  corrupt = 0;

  /** @param secrets hidden wherever the server is quoted */
  constructor(client: string, resume: ResumePoint | undefined, secrets: readonly string[]) {
    this.#client = client;
    this.#secrets = secrets;
    this.#receipts = new UnansweredReceipts(resume?.verifiedThrough ?? 0, resume?.unanswered ?? []);
    this.#blocks = (resume?.nextBlock ?? 1) - 1;
  }

  /** How many blocks the run has, how many the server found wrong, and how many it has not judged. */
  get counts(): { blocks: number; wrongBlocks: number; unverifiedBlocks: number } {
    const { wrongBlocks, size } = this.#receipts;
    return { blocks: this.#blocks, wrongBlocks, unverifiedBlocks: size };
  }

  /** Receipts without an answer. */
  get missing(): number {
    return this.#receipts.size;
  }

  /** What is wrong if too many receipts are unanswered. */
  get overflown(): RunRefusal | undefined {
    if (!this.#receipts.overflown) return undefined;
    return { error: 'the server does not answer receipts', code: CLOSE.protocolError };
  }

  /** Stores a block, and then reports it: by a receipt, by its sentence alone, or not at all. */
  report(
    block: FinishedBlock,
    soFar: Omit<RunProgress, 'verifiedThrough'>,
    as: 'receipt' | 'sentence' | 'nothing',
  ): RunOutput[] {
    this.#blocks = block.block;
    const { verifiedThrough } = this.#receipts;
    const stored: RunOutput = { type: 'block', block, progress: { verifiedThrough, ...soFar } };
    if (as === 'nothing') return [stored];
    const receipt = receiptFor(this.#client, block);
    if (as === 'sentence') return [stored, { type: 'send', text: receipt.text }];
    this.#receipts.add(receipt);
    return [stored, { type: 'send', text: encodeReceipt(receipt) }];
  }

  /** Resends all receipts without an answer. */
  again(): RunOutput[] {
    return Array.from(this.#receipts.receipts(), (receipt) => ({
      type: 'send',
      text: encodeReceipt(receipt),
    }));
  }

  verified(message: Verified): void {
    this.#receipts.verified(message);
  }

  /** A server may call any block wrong, at any length. Only a block that awaits an answer is reported, and briefly. */
  mismatch(message: Mismatch): RunOutput[] {
    const wrong = this.#receipts.mismatch(message);
    if (wrong === undefined) return [];
    if (wrong.count === wrong.to - wrong.from + 1) this.corrupt += wrong.count;
    const reason = redacted(message.reason.slice(0, LONGEST_REASON_CHARACTERS), this.#secrets);
    return [{ type: 'mismatch', mismatch: { ...message, reason } }];
  }
}

const LONGEST_REASON_CHARACTERS = 1024;
