import type { FinishedBlock } from '../../measure/finished-block.ts';
import type { SequenceFinding } from '../../measure/sequence-findings.ts';
import type { Verdict } from '../../measure/verdict.ts';
import type { Mismatch, Welcome } from '../messages.ts';
import type { TimedBlock } from './block-latency.ts';
import type { FoundDifference } from './local-check.ts';
import type { RunProgress } from './resume-point.ts';

/** What the caller must do, in this order. */
export type RunOutput =
  | OpenOutput
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'ping' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** Drop the connection, or the attempt to open one, without a word. */
  | { readonly type: 'terminate' }
  /**
   * Messages can arrive that no server vouches for and that are checked here; `connected` follows once it is known
   * where the run begins.
   */
  | { readonly type: 'opened' }
  /** Messages can arrive for the first time, or one of them has shown where the run begins. */
  | { readonly type: 'connected'; readonly source: ConnectedSource }
  /** Messages can arrive again, after an outage or after `--resume`. */
  | {
      readonly type: 'resumed';
      readonly from: number;
      readonly afterMs: number;
      readonly source: ConnectedSource;
    }
  | {
      readonly type: 'disconnected';
      readonly code: number;
      readonly reason: string;
      readonly retryMs: number;
    }
  /** Store the block before anything that follows is sent: a receipt must not outlive its block. */
  | { readonly type: 'block'; readonly block: FinishedBlock; readonly progress: RunProgress }
  | { readonly type: 'mismatch'; readonly mismatch: Mismatch }
  /** The run's own check found a message, and maybe more after it, to be wrong. */
  | { readonly type: 'difference'; readonly found: FoundDifference }
  /** The run's own check found a foreign message; this is its beginning. */
  | { readonly type: 'foreign'; readonly excerpt: string }
  /** Messages were lost, repeated or reordered. */
  | { readonly type: 'finding'; readonly finding: SequenceFinding }
  /** How late a block arrived that the server has confirmed. */
  | { readonly type: 'timed'; readonly timed: TimedBlock }
  /** The run is over; only the close of the connection follows. */
  | { readonly type: 'end'; readonly verdict: Verdict }
  /** The last connection, if there was one, is closed as well: nothing follows. */
  | { readonly type: 'closed' };

/** Open a connection, to whatever address; then call `opened`, `failed` or `closed`. */
export interface OpenOutput {
  readonly type: 'open';
  /** The seq to resume at; undefined leaves the start to the user's address. */
  readonly from: number | undefined;
  /** How many messages are left; undefined for no end. */
  readonly count: number | undefined;
  /** Whether to ask for `tidemark.v1`, whose server gives proof. */
  readonly proof: boolean;
  /** Whether no server has accepted this run yet: then it is worth finding out why one does not. */
  readonly first: boolean;
}

/** What the client is connected to; `welcome` is undefined if it is not a Tidemark server. */
export interface ConnectedSource {
  readonly welcome: Welcome | undefined;
  readonly from: number;
  /** The stream, where no server welcomed the run and something on the way said which it is. */
  readonly announced: string | undefined;
}
