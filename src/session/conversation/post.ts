import type { Clock, Ignored, Mismatch, Verified } from '../messages.ts';

/** What a server answers a client that reports or asks. */
export type Answer = Verified | Mismatch | Ignored | Clock;

/**
 * A request that brought messages of a client beside its link, and gets their answers. A conversation only says what it is to
 * be told: whoever carries out its outputs does so.
 */
export interface Post {
  answer(answer: Answer): void;
  /** All that came in it has been answered. */
  answered(): void;
}
