import type { ArrivedMessage } from './block-timer.ts';
import type { MessageBatch } from './message-batch.ts';

const FIRST_BYTES = 4096;
const FIRST_MESSAGES = 16;
/** How much larger than the block before it a block may become until its memory has to grow. */
const SLACK = 1.125;

/** The messages of one block, in memory of its own, as the digest runs over them. */
export class BlockMessages {
  count = 0;
  payloadBytes = 0;
  #bytes: Uint8Array;
  /** Where message i begins; one more entry for the end. */
  #offsets: Float64Array;
  #texts: Uint8Array;
  #seqs: Float64Array;
  #wallMs: Float64Array;

  /** @param before the block before it, whose size this one expects to have as well */
  constructor(before?: BlockMessages) {
    const messages = before?.count ?? FIRST_MESSAGES;
    this.#bytes = new Uint8Array(before === undefined ? FIRST_BYTES : Math.ceil(before.#sizeBytes * SLACK));
    this.#offsets = new Float64Array(messages + 1);
    this.#texts = new Uint8Array(messages);
    this.#seqs = new Float64Array(messages);
    this.#wallMs = new Float64Array(messages);
  }

  /**
   * Copies `count` messages of a batch, from `batch.next` on, and moves that on. Their seqs follow each other.
   *
   * @returns the part of the batch's memory that they are in
   */
  add(batch: MessageBatch, count: number, firstSeq: number, wallMs: number): Uint8Array {
    const first = batch.next;
    const from = batch.start(first);
    const run = batch.bytes.subarray(from, batch.start(first + count));
    const shift = this.#sizeBytes - from;
    this.#reserve(this.#sizeBytes + run.length, this.count + count);
    this.#bytes.set(run, this.#sizeBytes);
    let texts = 0;
    for (let i = 0; i < count; i++) {
      const place = this.count + i;
      const text = batch.texts[first + i] ?? 0;
      texts += text;
      this.#texts[place] = text;
      this.#offsets[place + 1] = shift + batch.start(first + i + 1);
      this.#seqs[place] = firstSeq + i;
      this.#wallMs[place] = wallMs;
    }
    this.payloadBytes += run.length - texts;
    this.count += count;
    batch.next = first + count;
    return run;
  }

  arrived(): ArrivedMessage[] {
    return Array.from({ length: this.count }, (_, index) => {
      const text = this.#texts[index] ?? 0;
      return {
        seq: this.#seqs[index] ?? 0,
        payload: this.#bytes.subarray(this.#offsets[index], (this.#offsets[index + 1] ?? 0) - text),
        text: text === 1,
        wallMs: this.#wallMs[index] ?? 0,
      };
    });
  }

  get #sizeBytes(): number {
    return this.#offsets[this.count] ?? 0;
  }

  #reserve(sizeBytes: number, messages: number): void {
    if (sizeBytes > this.#bytes.length) {
      this.#bytes = copyInto(new Uint8Array(Math.max(sizeBytes, 2 * this.#bytes.length)), this.#bytes);
    }
    if (messages <= this.#seqs.length) return;
    const capacity = Math.max(messages, 2 * this.#seqs.length);
    this.#offsets = copyInto(new Float64Array(capacity + 1), this.#offsets);
    this.#texts = copyInto(new Uint8Array(capacity), this.#texts);
    this.#seqs = copyInto(new Float64Array(capacity), this.#seqs);
    this.#wallMs = copyInto(new Float64Array(capacity), this.#wallMs);
  }
}

function copyInto<Values extends Uint8Array | Float64Array>(larger: Values, values: Values): Values {
  larger.set(values);
  return larger;
}
