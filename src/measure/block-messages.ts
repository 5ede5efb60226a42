import type { ArrivedMessage } from './block-timer.ts';
import type { MessageBatch } from './message-batch.ts';

const FIRST_BYTES = 4096;
/** How much larger than the block before it a block may become until its memory has to grow. */
const SLACK = 1.125;
/**
 * Blocks that are small take their memory from a larger piece, since each piece costs the garbage collector more
 * than its bytes. Whoever keeps one block keeps its piece: eight times its size or less.
 */
const PIECE_BYTES = 524_288;
const LARGEST_SHARE_BYTES = PIECE_BYTES / 8;

/** Messages that came together, whose seqs follow each other. */
interface RunOfMessages {
  readonly firstSeq: number;
  readonly count: number;
  readonly wallMs: number;
}

/** The messages of one block, as the digest runs over them. */
export class BlockMessages {
  count = 0;
  payloadBytes = 0;
  #bytes: Uint8Array;
  /** What of the piece of memory is left for the blocks behind this one. */
  #left: Uint8Array;
  /** Where message i begins; one more entry for the end. */
  readonly #offsets: number[] = [0];
  readonly #texts: boolean[] = [];
  readonly #runs: RunOfMessages[] = [];

  /** @param before the block before it, whose size this one expects to have as well */
  constructor(before?: BlockMessages) {
    const bytes = before === undefined ? FIRST_BYTES : Math.ceil(before.#sizeBytes * SLACK);
    const left = before === undefined ? new Uint8Array(0) : before.#takeLeft();
    const piece =
      left.length >= bytes ? left : new Uint8Array(bytes > LARGEST_SHARE_BYTES ? bytes : PIECE_BYTES);
    this.#bytes = piece.subarray(0, bytes);
    this.#left = piece.subarray(bytes);
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
    this.#reserve(this.#sizeBytes + run.length);
    this.#bytes.set(run, this.#sizeBytes);
    for (let index = first; index < first + count; index++) {
      this.payloadBytes += batch.end(index) - batch.start(index);
      this.#texts.push(batch.isText(index));
      this.#offsets.push(shift + batch.start(index + 1));
    }
    this.#runs.push({ firstSeq, count, wallMs });
    this.count += count;
    batch.next = first + count;
    return run;
  }

  arrived(): ArrivedMessage[] {
    const messages: ArrivedMessage[] = [];
    for (const { firstSeq, count, wallMs } of this.#runs) {
      for (let i = 0; i < count; i++) {
        const index = messages.length;
        const text = this.#texts[index] === true;
        const end = (this.#offsets[index + 1] ?? 0) - (text ? 1 : 0);
        const payload = this.#bytes.subarray(this.#offsets[index], end);
        messages.push({ seq: firstSeq + i, payload, text, wallMs });
      }
    }
    return messages;
  }

  get #sizeBytes(): number {
    return this.#offsets[this.count] ?? 0;
  }

  /** The bytes behind those that this block uses, which is full now. */
  #takeLeft(): Uint8Array {
    const left = this.#left;
    this.#left = left.subarray(0, 0);
    return left;
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(sizeBytes, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
