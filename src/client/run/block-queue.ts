import type { Block } from '../../measure/finished-block.ts';

/** The number of waiting blocks at which reading stops, and at which it resumes. */
const FULL_BLOCKS = 16;
const LOW_BLOCKS = 4;

export interface BlockQueueHooks {
  /** Called with true when no more should be pushed for now, and with false when pushing may resume. */
  full(full: boolean): void;
  /** The consumer has left the iteration, which waits for this promise. */
  abandoned(): Promise<unknown>;
}

/** Hands blocks to one consumer, and reports when it can't keep up. It keeps nothing until it is opened. */
export class BlockQueue implements AsyncIterator<Block> {
  readonly #hooks: BlockQueueHooks;
  readonly #blocks: Block[] = [];
  #waiting: ((result: IteratorResult<Block>) => void)[] = [];
  #open = false;
  #full = false;
  #ended = false;

  constructor(hooks: BlockQueueHooks) {
    this.#hooks = hooks;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
  }

  /** @returns whether the block was accepted, which it is only once the queue is open */
  push(block: Block): boolean {
    if (!this.#open) return false;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting({ done: false, value: block });
      return true;
    }
    this.#blocks.push(block);
    this.#setFull(this.#full || this.#blocks.length >= FULL_BLOCKS);
    return true;
  }

  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<Block>> {
    const block = this.#blocks.shift();
    this.#setFull(this.#full && this.#blocks.length > LOW_BLOCKS);
    if (block !== undefined) return Promise.resolve({ done: false, value: block });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<IteratorResult<Block>> {
    this.#open = false;
    this.#blocks.length = 0;
    this.#setFull(false);
    await this.#hooks.abandoned();
    return { done: true, value: undefined };
  }

  #setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    this.#hooks.full(full);
  }
}
