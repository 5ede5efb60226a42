/// <reference lib="esnext.disposable" preserve="true" />
import type { Block } from '../../measure/finished-block.ts';
import type { Verdict } from '../../measure/verdict.ts';

/**
 * A run of a client. It begins when it is iterated, when its `closed` is read, or by `start`. Iteration yields every
 * block in order, or, if the run had begun before, those that begin from then on. A slow consumer stops the reading
 * from the server, which sends the rest later. The iteration ends with the run, and leaving it stops the run; `closed`
 * has the verdict.
 */
export interface ClientRun extends AsyncIterable<Block>, AsyncDisposable {
  readonly client: string;
  /** Begins without iterating: blocks then go to `onBlock` and the log alone. */
  start(): this;
  /** Leaves gracefully: reports the open block, waits a moment for the answer, closes with 1001. */
  stop(): void;
  /** Stops reading from the server while `hold` is true, as when output can't be written. */
  holdInput(hold: boolean): void;
  /** Resolves with the verdict when the run is over; reading it begins the run. Never rejects. */
  readonly closed: Promise<Verdict>;
}
