import { AnswerQueue } from './answer-queue.ts';
import { BenchError } from './bench-error.ts';
import { ForkedProcess } from './forked-process.ts';

/** A process of the bench, and its answers. It ends when the bench does, however that ends. */
export class Child<Order extends object, Answer extends { readonly type: string; readonly error?: string }> {
  readonly #process: ForkedProcess<Order, Answer>;
  readonly #answers: AnswerQueue<Answer> = new AnswerQueue<Answer>();

  /**
   * @param program file beside this one, without its extension
   * @param name of the process, in errors
   */
  constructor(program: string, name: string, programArguments: readonly string[] = []) {
    this.#process = new ForkedProcess(program, programArguments, {
      answered: (answer) => this.#answers.take(answer),
      ended: (how) => this.#answers.fail(new BenchError(`the ${name} ${how}`)),
    });
  }

  send(order: Order): void {
    this.#process.send(order);
  }

  /** As `AnswerQueue.wait`. @throws BenchError if the process ends first */
  answer<Type extends Answer['type']>(
    type: Type,
    timeoutMs: number,
    doing: string,
  ): Promise<Answer & { readonly type: Type }> {
    return this.#answers.wait(type, timeoutMs, doing);
  }

  end(): void {
    this.#process.end();
  }
}
