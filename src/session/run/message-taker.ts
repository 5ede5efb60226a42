import { BlockTimer } from '../../measure/block-timer.ts';
import type { Block, FinishedBlock } from '../../measure/finished-block.ts';
import type { Instant } from '../../measure/instant.ts';
import { likelierPlace } from '../../measure/likelier-place.ts';
import { MessageBatch } from '../../measure/message-batch.ts';
import { SequenceTally } from '../../measure/sequence-tally.ts';
import type { RunCounts } from '../../measure/verdict.ts';
import { MARK_BYTE } from '../codec.ts';
import type { LocalCheck } from './local-check.ts';
import type { RunOutput } from './run-output.ts';
import type { RunSettings } from './run-settings.ts';

/** A message that claims a seq that was not due, until it is known what comes behind it. */
interface HeldMessage {
  readonly batch: MessageBatch;
  readonly arrived: Instant;
}

/** Takes a run's data messages: places each by its seq, counts what is lost or wrong, and groups them into blocks. */
export class MessageTaker {
  readonly #check: LocalCheck | undefined;
  readonly #blocks: BlockTimer;
  readonly #count: number | undefined;
  #tally: SequenceTally;
  #begun: boolean;
  #messages = 0;
  #messagesBefore: number;
  #held: HeldMessage | undefined;
  /** Whether the run begins with the first message to arrive, since nobody said where. */
  #startIsAssumed = false;

  /** @param count how many messages the run takes; undefined for no end */
  constructor(settings: RunSettings, count: number | undefined) {
    const { blockSize, resume, check, keep, arrived, from } = settings;
    this.#check = check;
    this.#blocks = new BlockTimer(blockSize, resume?.nextBlock ?? 1, keep, arrived);
    this.#count = count;
    this.#tally = resume?.tally ?? new SequenceTally(0);
    this.#begun = resume !== undefined;
    this.#messages = resume?.messages ?? 0;
    this.#messagesBefore = this.#messages;
    const said = check === undefined || from !== undefined || resume?.streamId !== undefined;
    this.#startIsAssumed = !said && this.#begun;
  }

  /** Whether the run knows where it begins. */
  get begun(): boolean {
    return this.#begun;
  }

  begin(firstSeq: number): void {
    this.#begun = true;
    this.#tally = new SequenceTally(firstSeq, this.#startIsAssumed);
  }

  /**
   * Finds where a run begins if no server said so: with the first message of the stream. Those before it are counted as
   * foreign, and taken.
   */
  findBegin(batch: MessageBatch): number | undefined {
    const check = this.#check;
    for (; !batch.empty; batch.next++) {
      const placed = check === undefined ? 0 : check.place(batch, batch.next, undefined, () => true);
      const seq = placed ?? batch.seq(batch.next);
      if (seq !== undefined) {
        this.#startIsAssumed = true;
        return seq;
      }
      check?.addForeign(batch, batch.next);
    }
    return undefined;
  }

  /** The next seq expected. */
  get next(): number {
    return this.#tally.next;
  }

  /** Messages that came, except for foreign ones. */
  get messages(): number {
    return this.#messages;
  }

  /** What came, and what was due and did not come. */
  get counts(): Pick<
    RunCounts,
    'messages' | 'expected' | 'assumedFrom' | 'notCome' | 'lost' | 'repeated' | 'reordered' | 'foreign'
  > {
    const { lost, repeated, reordered } = this.#tally;
    const expected = this.#count ?? this.taken;
    const foreign = this.#check?.foreign ?? 0;
    const head = this.#startIsAssumed ? { assumedFrom: this.#tally.first } : {};
    const counts = { messages: this.#messages, expected, ...head, lost, repeated, reordered, foreign };
    if (!this.#begun || this.#count === undefined || this.taken >= this.#count) return counts;
    return { ...counts, notCome: { from: this.next, to: this.#tally.first + this.#count - 1 } };
  }

  /** Takes the findings since the last call; `ended` if no more messages will come. */
  found(ended: boolean): RunOutput[] {
    const { findings } = this.#tally;
    if (ended) this.#tally.end();
    const outputs: RunOutput[] = [];
    for (const finding of findings.take()) outputs.push({ type: 'finding', finding });
    for (const found of this.#check?.takeFound() ?? []) outputs.push({ type: 'difference', found });
    for (const excerpt of this.#check?.takeForeign() ?? []) outputs.push({ type: 'foreign', excerpt });
    return outputs;
  }

  /** The run's progress: messages from its first seq on, whether or not all of them came. */
  get taken(): number {
    return this.next - this.#tally.first;
  }

  /** Whether the run has come to its end. What is missing after a start that was found late may still arrive. */
  get complete(): boolean {
    return this.#count !== undefined && this.taken >= this.#count && this.#tally.headMissing === 0;
  }

  /** The seq for which the run is waiting. */
  get awaited(): number {
    return this.#count !== undefined && this.taken >= this.#count ? this.#tally.firstMissing : this.next;
  }

  /**
   * Takes messages of a batch until the open block, the run or the data ends; returns the block if it is full.
   *
   * @param proof whether the server speaks Tidemark: then control messages end the data
   */
  take(batch: MessageBatch, proof: boolean, now: Instant): FinishedBlock | undefined {
    if (this.#held !== undefined) return this.#takeHeld(batch.seq(batch.next));
    const hasSeqs = proof || this.#check !== undefined;
    const before = this.next;
    const left = this.#count === undefined ? Number.POSITIVE_INFINITY : this.#count - this.taken;
    const most = Math.min(this.#blocks.room, batch.count - batch.next, left);
    let count = 0;
    // Messages in order are taken together.
    while (count < most) {
      const index = batch.next + count;
      const due = before + count;
      if (batch.seqs[index] !== due) {
        if (count > 0 && proof && isControl(batch, index)) break;
        if (this.#seqOf(batch, index, hasSeqs, due) !== due) break;
      }
      count++;
    }
    if (count === 0) return this.#takeOdd(batch, proof, hasSeqs, now);
    this.#tally.addRun(count);
    return this.#add(batch, count, before, before, now);
  }

  /** Takes a message that is not the one that is due, or holds it until the next one tells what it is. */
  #takeOdd(batch: MessageBatch, proof: boolean, hasSeqs: boolean, now: Instant): FinishedBlock | undefined {
    const due = this.next;
    const index = batch.next;
    const place = this.#seqOf(batch, index, hasSeqs, due);
    if (place === undefined) {
      if (!this.#isEarlier(batch, index)) this.#check?.addForeign(batch, index);
    } else if (!proof || place !== batch.seq(index) || place === due || this.#isLast(place)) {
      return this.#addOne(batch, place, now);
    } else {
      // Only where it can be asked for again: nothing may be lost if the connection breaks first.
      this.#held = { batch: MessageBatch.of(batch.payload(index), batch.isText(index)), arrived: now };
    }
    batch.next++;
    return undefined;
  }

  /** Takes the held message, if there is one, as what the message behind it says that it is. */
  #takeHeld(following: number | undefined): FinishedBlock | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    this.#held = undefined;
    const { batch, arrived } = held;
    return this.#addOne(batch, likelierPlace(this.next, batch.seq(0) as number, following), arrived);
  }

  #addOne(batch: MessageBatch, firstSeq: number, now: Instant): FinishedBlock | undefined {
    const before = this.next;
    this.#tally.add(firstSeq);
    return this.#add(batch, 1, firstSeq, before, now);
  }

  #add(
    batch: MessageBatch,
    count: number,
    firstSeq: number,
    before: number,
    now: Instant,
  ): FinishedBlock | undefined {
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

  /** The connection broke. What nothing has told the place of is asked for again. */
  interrupt(): void {
    this.#held = undefined;
    this.#messagesBefore = this.#messages;
    this.#blocks.interrupt();
  }

  /** Ends the open block early. */
  flush(): FinishedBlock | undefined {
    return this.#takeHeld(this.next) ?? this.#blocks.flush(); // nothing is behind it: it is believed
  }

  /**
   * A seq that this run can't have asked for is damage, for the digest to find: the message counts as the expected one.
   * A local check knows better: it finds the message's place, or none, which is undefined.
   */
  #seqOf(batch: MessageBatch, index: number, hasSeqs: boolean, due: number): number | undefined {
    const seq = hasSeqs ? batch.seq(index) : undefined;
    if (seq === due && this.#mayBe(due)) return due;
    if (this.#check !== undefined) {
      const place = this.#check.place(batch, index, due, (each) => this.#mayBe(each));
      return place !== undefined && this.#mayBe(place) ? place : undefined;
    }
    return seq !== undefined && this.#mayBe(seq) ? seq : due;
  }

  /** Whether message `index` precedes all that are due, while none of these has come. */
  #isEarlier(batch: MessageBatch, index: number): boolean {
    const seq = batch.seq(index);
    if (!this.#begun || seq === undefined || this.taken > 0 || seq >= this.#tally.first) return false;
    return this.#check?.equals(batch, index, seq) ?? false;
  }

  /** Whether nothing comes behind it. */
  #isLast(seq: number): boolean {
    return seq - this.#tally.first + 1 === this.#count;
  }

  #mayBe(seq: number): boolean {
    const count = this.#count ?? Number.POSITIVE_INFINITY;
    const { first, next } = this.#tally;
    // A message from before an assumed start shows that the run begins there, as far as its count allows.
    const least = this.#startIsAssumed ? Math.max(0, next - count) : first;
    return seq >= least && seq < first + count;
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
