import type { BlockMessages } from './block-messages.ts';
import type { ArrivedMessage, Block } from './block-timer.ts';

/**
 * A block as a `BlockTimer` gives it. There are thousands a second, and an object that is written down with a getter of
 * its own takes microseconds to make and is slow to read: so all of them are of one class and share one getter.
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
  /** Of its messages, if they were kept, until it is released. */
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

  /** A property of each block, not of the class: it is there when somebody copies a block, or makes JSON of it. */
  static readonly #messages: PropertyDescriptor & ThisType<FinishedBlock> = {
    enumerable: true,
    get() {
      if (this.#memory === undefined)
        throw new Error('the messages of a block can be had until onBlock returns');
      this.#arrived ??= this.#memory.arrived();
      return this.#arrived;
    },
  };

  /** Whether its messages can be asked for. */
  get kept(): boolean {
    return this.#memory !== undefined;
  }

  /** Its messages one by one, to be looked at and let go: they are not kept for `messages`. */
  arrivals(): Iterable<ArrivedMessage> {
    return this.#arrived ?? this.#memory?.arrivals() ?? this.messages;
  }

  /** Gives up the memory of its messages, unless somebody has asked for them. @returns whether it did */
  release(): boolean {
    if (this.#arrived !== undefined) return false;
    this.#memory = undefined;
    return true;
  }
}
