import type { SequenceTally } from '../../measure/sequence-tally.ts';
import type { Receipt } from '../messages.ts';

/** What a run knows when a block is finished, and what its next process needs to know. */
export interface RunProgress {
  /** Every block up to this one was verified. */
  readonly verifiedThrough: number;
  /** How often the connection was re-established. */
  readonly resumes: number;
  /** Messages that the run's own check found wrong. */
  readonly corrupt: number;
  /** Messages that it found to be foreign. */
  readonly foreign: number;
}

/** How far an earlier process of the run had come, by its log. */
export interface ResumePoint extends RunProgress {
  readonly streamId: string | undefined;
  readonly stream: string | undefined;
  readonly firstSeq: number;
  readonly nextSeq: number;
  readonly nextBlock: number;
  /** Messages that came, and what became of each seq. */
  readonly messages: number;
  readonly tally: SequenceTally;
  /** The receipts of the blocks after `verifiedThrough`. */
  readonly unanswered: readonly Receipt[];
}
