import type { Advice } from '../wording/advice.ts';

/** What a publisher tells while it runs. Keys are as in `tidemark publish --json`. */
export type PublishEvent =
  | PublishStart
  | {
      /** The target is reached: it goes on behind what the target holds. */
      readonly event: 'opened';
      readonly holder: string;
      /** The seq behind the last message that it holds; null if it holds none. */
      readonly held: number | null;
      /** The seq to go on with. */
      readonly from: number;
    }
  | {
      readonly event: 'progress';
      readonly sent: number;
      readonly acknowledged: number;
      readonly in_flight: number;
      /** The seq behind the last message that was acknowledged. */
      readonly next: number;
    }
  | {
      /** The target is not reached, or it is unknown what it holds. */
      readonly event: 'interrupted';
      readonly error: string;
      readonly retry_ms: number;
    }
  | PublishEnd;

interface PublishStart {
  readonly event: 'start';
  readonly stream: string;
  readonly to: string;
  readonly from: number;
  readonly count: number | null;
  readonly rate: number | 'max';
  readonly profile: string;
}

export interface PublishEnd {
  readonly event: 'end';
  /**
   * `acknowledged`: the target holds all that was to be published. `interrupted`: stopped before that. `failed`: anything else;
   * `error` says what.
   */
  readonly verdict: 'acknowledged' | 'interrupted' | 'failed';
  /** How often a message was sent: one whose fate was unknown may be sent again, and is held once. */
  readonly sent: number;
  /** Messages sent by this process that the target holds. */
  readonly acknowledged: number;
  /** Messages that it refused. */
  readonly refused: number;
  /** Messages that it held before this process came. */
  readonly held_before: number;
  /** The seq behind the last message that it is known to hold; null if none. */
  readonly next: number | null;
  /** How often this process came back to it. */
  readonly resumes: number;
  readonly duration_ms: number;
  readonly error: string | null;
  /** What can be done about it, by the option that does it. */
  readonly advice?: Advice;
}
