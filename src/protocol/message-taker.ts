import { type Block, BlockTimer } from '../measure/block-timer.ts';
import type { FinishedBlock } from '../measure/finished-block.ts';
import type { Instant } from '../measure/instant.ts';
import type { MessageBatch } from '../measure/message-batch.ts';
import type { SequenceFinding } from '../measure/sequence-findings.ts';
import { SequenceTally } from '../measure/sequence-tally.ts';
import type { ClientSessionSettings } from './client-session-settings.ts';
import { MARK_BYTE } from './codec.ts';
import type { LocalCheck } from './local-check.ts';

/** Takes a run's data messages: places each by its seq, counts what is lost or wrong, and puts them into blocks. */
export class MessageTaker {
  readonly #check: LocalCheck | undefined;
  readonly #blocks: BlockTimer;
  readonly #count: number | undefined;
  #tally: SequenceTally;
  #firstSeq: number | undefined;
  #messages = 0;
  #messagesBefore: number;

  /** @param count how many messages the run takes; undefined is without end */
  constructor({ blockSize, resume, check, keep, arrived }: ClientSessionSettings, count: number | undefined) {
    this.#check = check;
    this.#blocks = new BlockTimer(blockSize, resume?.nextBlock ?? 1, keep, arrived);
    this.#count = count;
    this.#tally = resume?.tally ?? new SequenceTally(0);
    this.#firstSeq = resume?.firstSeq;
    this.#messages = resume?.messages ?? 0;
    this.#messagesBefore = this.#messages;
  }

  /** Whether the run knows where it begins. */
  get begun(): boolean {
    return this.#firstSeq !== undefined;
  }

  begin(firstSeq: number): void {
    this.#firstSeq = firstSeq;
    this.#tally = new SequenceTally(firstSeq);
  }

  /** The seq that is due. */
  get next(): number {
    return this.#tally.next;
  }

  /** Messages that came. */
  get messages(): number {
    return this.#messages;
  }

  get tally(): { readonly lost: number; readonly repeated: number; readonly reordered: number } {
    return this.#tally;
  }

  /** Which seqs were lost, repeated or reordered, since it was last asked for; `ended` is when no more will come. */
  takeFindings(ended: boolean): readonly SequenceFinding[] {
    const { findings } = this.#tally;
    if (ended) findings.close();
    return findings.take();
  }

  /** How far the run has got: messages from its first seq on, whether or not all came. */
  get taken(): number {
    return this.#firstSeq === undefined ? 0 : this.next - this.#firstSeq;
  }

  get complete(): boolean {
    return this.#count !== undefined && this.taken >= this.#count;
  }

  /**
   * Takes messages of a batch, as far as the open block, the run or the data goes; gives the block if it is full.
   *
   * @param proof whether the server speaks Tidemark: then control messages end the data
   */
  take(batch: MessageBatch, proof: boolean, now: Instant): FinishedBlock | undefined {
    const hasSeqs = proof || this.#check !== undefined;
    const before = this.next;
    const left = this.#count === undefined ? Number.POSITIVE_INFINITY : this.#count - this.taken;
    const most = Math.min(this.#blocks.room, batch.count - batch.next, left);
    let count = 0;
    // What is in order is taken together.
    while (count < most) {
      const index = batch.next + count;
      const due = before + count;
      if (batch.seqs[index] !== due) {
        if (count > 0 && proof && isControl(batch, index)) break;
        if (this.#seqOf(batch, index, hasSeqs, due) !== due) break;
      }
      count++;
    }
    let firstSeq = before;
    if (count > 0) {
      this.#tally.addRun(count);
    } else {
      firstSeq = this.#seqOf(batch, batch.next, hasSeqs, before);
      this.#tally.add(firstSeq);
      count = 1;
    }
    this.#messages += count;
    this.#check?.check(batch, batch.next, count, firstSeq);
    return this.#blocks.add(batch, { count, firstSeq, before, after: this.next }, now);
  }

  /** Nobody will ask for the messages of this block, the last one, any more. */
  release(block: Block): void {
    this.#blocks.release(block);
  }

  /** Whether any message came over this connection. */
  get served(): boolean {
    return this.#messages > this.#messagesBefore;
  }

  /** The connection broke. */
  interrupt(): void {
    this.#messagesBefore = this.#messages;
    this.#blocks.interrupt();
  }

  /** Ends the open block as it is. */
  flush(): FinishedBlock | undefined {
    return this.#blocks.flush();
  }

  /**
   * A seq that this run can't have asked for is damage, for the digest to find: the message counts as the one that is due.
   * So does one whose seq is not that, and which a check finds to be not that message either.
   */
  #seqOf(batch: MessageBatch, index: number, hasSeqs: boolean, due: number): number {
    const seq = hasSeqs ? batch.seq(index) : undefined;
    const first = this.#firstSeq ?? 0;
    const end = this.#count === undefined ? Number.POSITIVE_INFINITY : first + this.#count;
    if (seq === undefined || seq === due || seq < first || seq >= end) return due;
    return this.#check === undefined || this.#check.equals(batch, index, seq) ? seq : due;
  }
}

/** Whether message `index` is a control message: text that begins with the mark. */
export function isControl(batch: MessageBatch, index: number): boolean {
  return (
    batch.isText(index) &&
    batch.start(index) < batch.end(index) &&
    batch.bytes[batch.start(index)] === MARK_BYTE
  );
}
