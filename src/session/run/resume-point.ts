import type { SequenceTally } from '../../measure/sequence-tally.ts';
import type { Receipt } from '../messages.ts';

/** What a run knows when a block is done, and what the next process of the run has to know. */
export interface RunProgress {
  /** Every block up to this one was verified. */
  readonly verifiedThrough: number;
  /** How often the connection was re-established. */
  readonly resumes: number;
  /** Messages that the run's own check has found wrong. */
  readonly corrupt: number;
  /** Those that it has found to be none of the stream. */
  readonly foreign: number;
}

/** Where an earlier process of the same run had got to, as its log says. */
export interface ResumePoint extends RunProgress {
  readonly streamId: string | undefined;
  readonly stream: string | undefined;
  readonly firstSeq: number;
  readonly nextSeq: number;
  readonly nextBlock: number;
  /** Messages that came, and what became of each seq. */
  readonly messages: number;
  readonly tally: SequenceTally;
  /** The receipts of the blocks behind `verifiedThrough`. */
  readonly unanswered: readonly Receipt[];
}
