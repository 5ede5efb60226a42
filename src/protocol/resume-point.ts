import type { Receipt } from './messages.ts';

/** Where an earlier process of the same run had got to, as its log says. */
export interface ResumePoint {
  readonly streamId: string | undefined;
  readonly stream: string | undefined;
  readonly firstSeq: number;
  readonly nextSeq: number;
  readonly nextBlock: number;
  /** Every block up to this one was verified. */
  readonly verifiedThrough: number;
  /** The receipts of the later ones. */
  readonly unanswered: readonly Receipt[];
}
