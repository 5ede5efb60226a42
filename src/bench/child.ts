import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError, NotMeasuredError } from './bench-error.ts';

/** A process of the bench, and its answers. It ends when the bench does, however that ends. */
export class Child<Order extends object, Answer extends { readonly type: string; readonly error?: string }> {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #answers: Answer[] = [];
  #wake: () => void = () => {};
  #failure: string | undefined;

  /**
   * @param program file beside this one, without its extension
   * @param name of the process, in errors
   */
  constructor(program: string, name: string, programArguments: readonly string[] = []) {
    this.#name = name;
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const file = fileURLToPath(new URL(`./${program}.${ending}`, import.meta.url));
    this.#process = fork(file, [...programArguments], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', (answer) => {
      this.#answers.push(answer as Answer);
      this.#wake();
    });
    this.#process.on('exit', (code, signal) => this.#fail(`ended with ${signal ?? `exit code ${code}`}`));
    this.#process.on('error', (error) => this.#fail(error.message));
  }

  send(order: Order): void {
    if (this.#failure !== undefined) return;
    this.#process.send(order, (error) => {
      if (error !== null) this.#fail(error.message);
    });
  }

  /**
   * Waits for an answer of this type; earlier ones of other types are dropped, except for `failed`.
   *
   * @param doing what takes the time, for the error
   * @throws BenchError if the process ends first; NotMeasuredError if it fails at its task, or after `timeoutMs`
   */
  async answer<Type extends Answer['type']>(
    type: Type,
    timeoutMs: number,
    doing: string,
  ): Promise<Answer & { readonly type: Type }> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const answer = this.#answers.shift();
      if (answer?.type === 'failed') throw new NotMeasuredError(`${doing} failed: ${answer.error}`);
      if (answer?.type === type) return answer as Answer & { readonly type: Type };
      if (answer !== undefined) continue;
      if (this.#failure !== undefined) throw new BenchError(`the ${this.#name} ${this.#failure}`);
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0)
        throw new NotMeasuredError(`${doing} took longer than ${Math.round(timeoutMs / 1000)} s`);
      await this.#next(leftMs);
    }
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  #next(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#wake();
  }
}
