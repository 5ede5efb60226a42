import type { MessageBatch } from './message-batch.ts';

/** One message, and when it arrived. */
export interface ArrivedMessage {
  readonly seq: number;
  readonly payload: Uint8Array;
  /** Whether it came as text or as binary. */
  readonly text: boolean;
  /** When it arrived: the wall clock, extended by the monotonic clock, which has the finer resolution. */
  readonly wallMs: number;
}

/** Messages that arrived together. They are made on demand. */
export interface Arrival {
  readonly firstSeq: number;
  readonly count: number;
  /** Their payloads are valid only until the callback returns. */
  readonly messages: readonly ArrivedMessage[];
}

/** `count` messages of a batch from `first` on, with consecutive seqs. */
export class BatchArrival implements Arrival {
  readonly firstSeq: number;
  readonly count: number;
  readonly #batch: MessageBatch;
  readonly #first: number;
  readonly #wallMs: number;

  constructor(
    batch: MessageBatch,
    { first, count, firstSeq }: { first: number; count: number; firstSeq: number },
    wallMs: number,
  ) {
    this.#batch = batch;
    this.#first = first;
    this.count = count;
    this.firstSeq = firstSeq;
    this.#wallMs = wallMs;
  }

  get messages(): ArrivedMessage[] {
    return Array.from({ length: this.count }, (_, i) => {
      const index = this.#first + i;
      const payload = this.#batch.payload(index);
      return { seq: this.firstSeq + i, payload, text: this.#batch.isText(index), wallMs: this.#wallMs };
    });
  }
}
