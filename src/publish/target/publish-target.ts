import type { Stream } from '../../stream/stream.ts';
import { type Advice, AdvisedError } from '../../wording/advice.ts';

/** A message on its way to a target. */
export interface OutgoingMessage {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** What a target holds of a stream. */
export interface Standing {
  /** The seq behind the last message that it holds; undefined if it holds none. */
  readonly next: number | undefined;
  /** What holds it, for people, as in "the JetStream stream FEED". */
  readonly holder: string;
}

/** Somewhere that the messages of a stream are put, in order, each once. */
export interface PublishTarget {
  /** The most messages that may wait for their acknowledgement at a time; may change with `open`. */
  readonly window: number;
  /** Comes to it, and finds out what it holds of the stream. @throws TargetFault */
  open(stream: Stream): Promise<Standing>;
  /**
   * Puts a message behind the last one. Resolves once the target holds it. If it rejects, nobody knows whether it does: no message
   * that was put after it is held without it, and `open` finds out.
   */
  put(message: OutgoingMessage): Promise<void>;
  /** Leaves the target. What waits for its acknowledgement is rejected. */
  close(): Promise<void>;
}

/** A target can't be used, or did not take a message; the message says why. */
export class TargetFault extends AdvisedError {
  readonly code = 'target';
  /** Whether another attempt would meet the same again. */
  readonly lasting: boolean;
  /** Whether it was the target that did not want a message, and not the way to it. */
  readonly refused: boolean;

  constructor(
    message: string,
    how: { lasting?: boolean; refused?: boolean; cause?: unknown; advice?: Advice | undefined } = {},
  ) {
    super(message, how);
    this.name = 'TargetFault';
    this.lasting = how.lasting ?? false;
    this.refused = how.refused ?? false;
  }
}
