import { type Arrival, BatchArrival } from './arrival.ts';
import { BlockMessages } from './block-messages.ts';
import { type Block, FinishedBlock } from './finished-block.ts';
import type { Instant } from './instant.ts';
import type { MessageBatch } from './message-batch.ts';

/** Messages with consecutive seqs. */
export interface PlacedMessages {
  /** How many, at most as many as the open block has room for. */
  readonly count: number;
  readonly firstSeq: number;
  /** The seq expected before these messages, and the one expected after them. */
  readonly before: number;
  readonly after: number;
}

/** Two readings of a clock in whole milliseconds can't differ by more than this. */
const CLOCKS_APART_MS = 2;

/** Puts messages into blocks of a fixed size and times each block. */
export class BlockTimer {
  readonly #sizeMessages: number;
  readonly #keep: () => boolean;
  readonly #arrived: ((arrival: Arrival) => void) | undefined;
  /** The number of the open block. */
  #number: number;
  #count = 0;
  #bytes = 0;
  /** The messages of the open block; undefined before its first, or if they are not kept. */
  #messages: BlockMessages | undefined;
  /** The last block, while its memory may still be reused. */
  #finished: { block: FinishedBlock; messages: BlockMessages } | undefined;
  #from = 0;
  #to = 0;
  #crc32 = 0;
  #first: Instant | undefined;
  #anchor: Instant | undefined;
  #lastMs = 0;
  #previousEndMs: number | undefined;
  #interrupted = false;

  /**
   * @param firstNumber the number of the first block
   * @param keep asked when a block begins: whether its messages may be asked for
   * @param arrived told of messages as they arrive
   */
  constructor(
    sizeMessages: number,
    firstNumber: number,
    keep: () => boolean = () => true,
    arrived?: (arrival: Arrival) => void,
  ) {
    this.#sizeMessages = sizeMessages;
    this.#keep = keep;
    this.#arrived = arrived;
    this.#number = firstNumber;
  }

  /** How many more messages the open block takes; at least one. */
  get room(): number {
    return this.#sizeMessages - this.#count;
  }

  /**
   * Takes messages of a batch that arrived `now`, from `batch.next` on, and advances it. Returns the block if they
   * filled it.
   */
  add(
    batch: MessageBatch,
    { count, firstSeq, before, after }: PlacedMessages,
    now: Instant,
  ): FinishedBlock | undefined {
    if (this.#count === 0) this.#begin(before);
    this.#to = after - 1;
    this.#first ??= now;
    this.#lastMs = now.monotonicMs;
    const wallMs = this.#wallMs(now);
    const first = batch.next;
    const end = first + count;
    this.#messages?.add(batch, count, firstSeq, wallMs);
    this.#arrived?.(new BatchArrival(batch, { first, count, firstSeq }, wallMs));
    this.#crc32 = batch.digest(first, end, this.#crc32);
    this.#bytes += batch.payloadBytes(first, end);
    this.#count += count;
    batch.next = end;
    return this.room === 0 ? this.#finish(false) : undefined;
  }

  /**
   * Says that nobody will ask for the messages of the last block any more: the next one may reuse its memory, unless
   * somebody has asked.
   */
  release(block: Block): void {
    const finished = this.#finished;
    if (finished?.block !== block || this.#messages !== undefined || !finished.block.release()) return;
    finished.messages.clear();
    this.#messages = finished.messages;
  }

  /** The connection broke: marks the open block, and measures no interval across the break. */
  interrupt(): void {
    this.#interrupted ||= this.#count > 0;
    this.#previousEndMs = undefined;
  }

  /** Ends the open block early. Returns nothing if it is empty. */
  flush(): FinishedBlock | undefined {
    return this.#count > 0 ? this.#finish(true) : undefined;
  }

  #begin(from: number): void {
    this.#from = from;
    if (this.#keep()) this.#messages ??= new BlockMessages(this.#finished?.messages);
    else this.#messages = undefined;
  }

  /**
   * The wall clock is read in whole milliseconds, and extended by the monotonic clock. It is read anew at the start of
   * a block only if the two have come apart, as when somebody set it; reading it for each block would make stamps step
   * back between blocks.
   */
  #wallMs(now: Instant): number {
    const anchor = this.#anchor ?? now;
    const carriedMs = anchor.wallMs + (now.monotonicMs - anchor.monotonicMs);
    const startsBlock = this.#count === 0;
    const apart = startsBlock && Math.abs(now.wallMs - carriedMs) > CLOCKS_APART_MS;
    this.#anchor = apart ? now : anchor;
    return apart ? now.wallMs : carriedMs;
  }

  #finish(partial: boolean): FinishedBlock {
    const messages = this.#messages;
    const facts = {
      block: this.#number++,
      from: this.#from,
      to: this.#to,
      count: this.#count,
      bytes: this.#bytes,
      elapsedMs: this.#lastMs - (this.#first?.monotonicMs ?? this.#lastMs),
      intervalMs: this.#previousEndMs === undefined ? null : this.#lastMs - this.#previousEndMs,
      crc32: this.#crc32,
      interrupted: this.#interrupted,
      partial,
    };
    const block = new FinishedBlock(facts, messages);
    this.#finished = messages === undefined ? undefined : { block, messages };
    this.#previousEndMs = this.#lastMs;
    this.#messages = undefined;
    this.#count = 0;
    this.#bytes = 0;
    this.#crc32 = 0;
    this.#first = undefined;
    this.#interrupted = false;
    return block;
  }
}
