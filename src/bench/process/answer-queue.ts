import { BenchError, NotMeasuredError } from './bench-error.ts';

interface NamedAnswer {
  readonly type: string;
  readonly error?: string;
}

/** What a process has answered and nobody has looked at yet. */
export class AnswerQueue<Answer extends NamedAnswer> {
  readonly #queue: Answer[] = [];
  #waiting: (() => void)[] = [];
  #failure: Error | undefined;
  /** Whether an order was given whose last answer has not come. */
  #open = false;
  #round = 0;

  /** An order was given that is answered by a `result` in the end. */
  opened(): void {
    this.#open = true;
  }

  take(answer: Answer): void {
    if (answer.type === 'result') this.#open = false;
    this.#queue.push(answer);
    this.#wake();
  }

  /** There will be no more. The first reason counts. */
  fail(failure: Error): void {
    this.#failure ??= failure;
    this.#wake();
  }

  /** Whether the result of the last order is still to come. */
  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * Waits for an answer of this type; earlier ones of other types are dropped, except for `failed`.
   *
   * @param doing what takes the time, for the error
   * @throws what it failed with; NotMeasuredError if the process fails at its task, or after `timeoutMs`
   */
  async wait<Type extends Answer['type']>(
    type: Type,
    timeoutMs: number,
    doing: string,
  ): Promise<Answer & { readonly type: Type }> {
    const round = this.#round;
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      if (round !== this.#round) throw new BenchError(`${doing} was given up`);
      const answer = this.#queue.shift();
      if (answer?.type === 'failed') throw new NotMeasuredError(`${doing} failed: ${answer.error}`);
      if (answer?.type === type) return answer as Answer & { readonly type: Type };
      if (answer !== undefined) continue;
      if (this.#failure !== undefined) throw this.#failure;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0)
        throw new NotMeasuredError(`${doing} took longer than ${Math.round(timeoutMs / 1000)} s`);
      await this.#next(leftMs);
    }
  }

  /**
   * Drops all there is, and who waits for it. Resolves once nothing more will come of the last order: true if its `result`
   * came, false if it failed or took longer.
   */
  async settled(timeoutMs: number): Promise<boolean> {
    this.#round++;
    this.#wake();
    const deadlineMs = performance.now() + timeoutMs;
    while (this.#open && this.#failure === undefined && performance.now() < deadlineMs)
      await this.#next(deadlineMs - performance.now());
    this.#queue.length = 0;
    return !this.#open && this.#failure === undefined;
  }

  #next(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
