import type { ArrivedMessage } from './arrival.ts';
import type { BlockMessages } from './block-messages.ts';

/** A finished block: what came, how long it took, and its digest. */
export interface Block {
  /** Number of the block in the life of the run; the first is 1. */
  readonly block: number;
  /**
   * First and last seq that the block accounts for: from the end of the block before it to the highest seq so far.
   * Blocks join without a gap, so a message that is missing, even between two blocks, or repeated shows as a count that
   * does not fit.
   */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Payload bytes. */
  readonly bytes: number;
  /** Last arrival - first arrival. */
  readonly elapsedMs: number;
  /** This block's end - the previous block's end; null for the first, or if the connection broke in between. */
  readonly intervalMs: number | null;
  /** CRC-32 of the messages in order of arrival (see `digestMessage`). */
  readonly crc32: number;
  /** Whether the connection broke between its first and its last message. */
  readonly interrupted: boolean;
  /** Whether the run ended before it was full. */
  readonly partial: boolean;
  /**
   * Made on first access; from then on the block owns the memory that the payloads share. Throws if it is accessed too
   * late: see `onBlock`.
   */
  readonly messages: readonly ArrivedMessage[];
}

/**
 * A block as a `BlockTimer` returns it. There are thousands a second, and an object literal with a getter takes
 * microseconds to make and is slow to read, so all blocks are of one class and share one getter.
 */
export class FinishedBlock implements Block {
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  readonly intervalMs: number | null;
  readonly crc32: number;
  readonly interrupted: boolean;
  readonly partial: boolean;
  declare readonly messages: readonly ArrivedMessage[];
  /** The memory of its messages, if they were kept, until it is released. */
  #memory: BlockMessages | undefined;
  #arrived: readonly ArrivedMessage[] | undefined;

  constructor(facts: Omit<Block, 'messages'>, memory: BlockMessages | undefined) {
    this.block = facts.block;
    this.from = facts.from;
    this.to = facts.to;
    this.count = facts.count;
    this.bytes = facts.bytes;
    this.elapsedMs = facts.elapsedMs;
    this.intervalMs = facts.intervalMs;
    this.crc32 = facts.crc32;
    this.interrupted = facts.interrupted;
    this.partial = facts.partial;
    this.#memory = memory;
    Object.defineProperty(this, 'messages', FinishedBlock.#messages);
  }

  /** Defined on each block, not on the class, so that copies and JSON of a block have it. */
  static readonly #messages: PropertyDescriptor & ThisType<FinishedBlock> = {
    enumerable: true,
    get() {
      if (this.#memory === undefined)
        throw new Error('the messages of a block can be had until onBlock returns');
      this.#arrived ??= this.#memory.arrived();
      return this.#arrived;
    },
  };

  /** Whether its messages can still be read. */
  get kept(): boolean {
    return this.#memory !== undefined;
  }

  /** Its messages one by one, without keeping them for `messages`. */
  arrivals(): Iterable<ArrivedMessage> {
    return this.#arrived ?? this.#memory?.arrivals() ?? this.messages;
  }

  /** Gives up the memory of its messages, unless somebody has read them. @returns whether it did */
  release(): boolean {
    if (this.#arrived !== undefined) return false;
    this.#memory = undefined;
    return true;
  }
}
