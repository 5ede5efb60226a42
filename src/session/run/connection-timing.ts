import type { Block } from '../../measure/finished-block.ts';
import type { Instant } from '../../measure/instant.ts';
import { encodeControl } from '../codec.ts';
import type { Clock, Verified, Welcome } from '../messages.ts';
import { BlockLatency } from './block-latency.ts';
import type { RunOutput } from './run-output.ts';

/** How late a run's blocks arrive, over all its connections. */
export class ConnectionTiming {
  readonly #live: boolean;
  #latency: BlockLatency | undefined;

  /** @param live whether messages are due by the live schedule */
  constructor(live: boolean) {
    this.#live = live;
  }

  /** A connection was welcomed. @returns a sentence if its welcome does not say when messages are due */
  begin(welcome: Welcome): string | undefined {
    const latency = BlockLatency.of(welcome, this.#live);
    if (typeof latency === 'string') return latency;
    this.#latency = latency;
    return undefined;
  }

  /** The connection is gone. */
  end(): void {
    this.#latency = undefined;
  }

  /** When to call `ask` next. */
  get wakeMs(): number {
    return this.#latency?.wakeMs ?? Number.POSITIVE_INFINITY;
  }

  /** The request for the time, when it is time for one. */
  ask(now: Instant): RunOutput[] {
    const request = this.#latency?.request(now);
    return request === undefined ? [] : [{ type: 'send', text: encodeControl(request) }];
  }

  answer(clock: Clock, now: Instant): void {
    this.#latency?.answer(clock, now);
  }

  arrived(block: Block, now: Instant): void {
    this.#latency?.arrived(block, now);
  }

  verified(message: Verified): RunOutput[] {
    return (this.#latency?.verified(message) ?? []).map((timed) => ({ type: 'timed', timed }));
  }

  mismatch(block: number): void {
    this.#latency?.mismatch(block);
  }
}
