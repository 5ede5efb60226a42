import { BlockTimes, type TimeBuckets } from './block-times.ts';
import type { CheckedBlock, Tally } from './tally.ts';

/** What the clients of one stream were sent and reported lately, in a form that can be added up. */
export interface StreamTaken {
  /** The canonical name; or a kind with `…`, for all those of it for which there was no room. */
  readonly stream: string;
  /** How many clients it has. */
  readonly clients: number;
  /** Messages and bytes handed to connections. */
  readonly messages: number;
  readonly bytes: number;
  /** Receipts that were checked, and those of them that were wrong. */
  readonly blocks: number;
  readonly mismatched: number;
  /** How long blocks took that were right and that no outage cut. */
  readonly times: TimeBuckets;
}

/** Counts what happens on one stream, besides the totals of its kind. */
export class StreamCounts implements Tally {
  clients = 0;
  readonly #kind: Tally;
  readonly #blockTimes = new BlockTimes();
  #messages = 0;
  #bytes = 0;
  #blocks = 0;
  #mismatched = 0;

  /** @param kind what also counts everything */
  constructor(kind: Tally) {
    this.#kind = kind;
  }

  wrote(messages: number, bytes: number, lateMs: number | undefined): void {
    this.#messages += messages;
    this.#bytes += bytes;
    this.#kind.wrote(messages, bytes, lateMs);
  }

  checked(verified: boolean, block: CheckedBlock): void {
    this.#blocks++;
    if (!verified) this.#mismatched++;
    else if (!block.interrupted) this.#blockTimes.observe(block.elapsed_ms);
    this.#kind.checked(verified, block);
  }

  /** Returns what was counted since the last call. */
  take(stream: string): StreamTaken {
    const taken = {
      ...{ stream, clients: this.clients, messages: this.#messages, bytes: this.#bytes },
      ...{ blocks: this.#blocks, mismatched: this.#mismatched, times: this.#blockTimes.take() },
    };
    this.#messages = 0;
    this.#bytes = 0;
    this.#blocks = 0;
    this.#mismatched = 0;
    return taken;
  }
}
