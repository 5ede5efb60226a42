import type { ArrivedMessage } from './arrival.ts';
import type { MessageBatch } from './message-batch.ts';

const FIRST_BYTES = 4096;
const FIRST_MESSAGES = 16;
/** How much larger than the block before it a block may grow before its memory has to. */
const SLACK = 1.125;

/** Messages that arrived together, with consecutive seqs. */
interface RunOfMessages {
  readonly firstSeq: number;
  readonly count: number;
  readonly wallMs: number;
}

/** The messages of one block in memory of its own, laid out as they are digested. */
export class BlockMessages {
  count = 0;
  #bytes: Uint8Array;
  /** Where message i begins; one more entry for the end. Doubles, since a block may be larger than 4 GiB. */
  #offsets: Float64Array;
  /** 1 for a text message, 0 for a binary one. */
  #texts: Uint8Array;
  readonly #runs: RunOfMessages[] = [];

  /** @param before the block before it: this one starts with memory of the same size */
  constructor(before?: BlockMessages) {
    const messages = before?.count ?? FIRST_MESSAGES;
    this.#bytes = new Uint8Array(before === undefined ? FIRST_BYTES : Math.ceil(before.#sizeBytes * SLACK));
    this.#offsets = new Float64Array(messages + 1);
    this.#texts = new Uint8Array(messages);
  }

  /** Forgets all messages, so that the next block can use the memory. */
  clear(): void {
    this.count = 0;
    this.#runs.length = 0;
  }

  /** Copies `count` messages of a batch with consecutive seqs, from `batch.next` on. */
  add(batch: MessageBatch, count: number, firstSeq: number, wallMs: number): void {
    const first = batch.next;
    const from = batch.start(first);
    const run = batch.bytes.subarray(from, batch.start(first + count));
    const shift = this.#sizeBytes - from;
    this.#reserve(this.#sizeBytes + run.length, this.count + count);
    this.#bytes.set(run, this.#sizeBytes);
    for (let i = 0; i < count; i++) {
      this.#texts[this.count + i] = batch.texts[first + i] ?? 0;
      this.#offsets[this.count + i + 1] = shift + batch.start(first + i + 1);
    }
    this.#runs.push({ firstSeq, count, wallMs });
    this.count += count;
  }

  arrived(): ArrivedMessage[] {
    return [...this.arrivals()];
  }

  /** The messages one by one, each made on demand: a block may have a million. */
  *arrivals(): Generator<ArrivedMessage> {
    let index = 0;
    for (const { firstSeq, count, wallMs } of this.#runs) {
      for (let i = 0; i < count; i++, index++) {
        const text = this.#texts[index] ?? 0;
        const payload = this.#bytes.subarray(this.#offsets[index], (this.#offsets[index + 1] ?? 0) - text);
        yield { seq: firstSeq + i, payload, text: text === 1, wallMs };
      }
    }
  }

  get #sizeBytes(): number {
    return this.#offsets[this.count] ?? 0;
  }

  #reserve(sizeBytes: number, messages: number): void {
    if (sizeBytes > this.#bytes.length) {
      this.#bytes = copyInto(new Uint8Array(Math.max(sizeBytes, 2 * this.#bytes.length)), this.#bytes);
    }
    if (messages <= this.#texts.length) return;
    const capacity = Math.max(messages, 2 * this.#texts.length);
    this.#offsets = copyInto(new Float64Array(capacity + 1), this.#offsets);
    this.#texts = copyInto(new Uint8Array(capacity), this.#texts);
  }
}

function copyInto<Values extends Uint8Array | Float64Array>(larger: Values, values: Values): Values {
  larger.set(values);
  return larger;
}
