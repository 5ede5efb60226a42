import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ForkedProcessHooks<Answer> {
  answered(answer: Answer): void;
  /** @param how as in `ended with SIGKILL` */
  ended(how: string): void;
}

/** A program of this folder in a process of its own. It ends when this process does, however that ends. */
export class ForkedProcess<Order extends object, Answer extends object> {
  readonly #process: ChildProcess;
  readonly #ended: (how: string) => void;

  /** @param program file in this folder, without its extension */
  constructor(program: string, programArguments: readonly string[], hooks: ForkedProcessHooks<Answer>) {
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const file = fileURLToPath(new URL(`./${program}.${ending}`, import.meta.url));
    this.#ended = (how) => hooks.ended(how);
    this.#process = fork(file, [...programArguments], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', (answer) => hooks.answered(answer as Answer));
    this.#process.on('exit', (code, signal) => hooks.ended(`ended with ${signal ?? `exit code ${code}`}`));
    this.#process.on('error', (error) => hooks.ended(error.message));
  }

  send(order: Order): void {
    if (!this.#process.connected) return; // its end is told by itself
    this.#process.send(order, (error) => {
      if (error !== null) this.#ended(error.message);
    });
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect();
  }
}
