import { EXIT } from './exit-code.ts';

/** What asks a command to end, and what it exits with then. SIGHUP is what a terminal sends that is closed. */
const EXIT_CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.terminated,
} as const;
type EndSignal = keyof typeof EXIT_CODES;

/** How long what has been told may take to be read once the command was asked to end. */
const PATIENCE_MS = 5000;
const LAST_CHANCE_MS = 1000;

export interface ShutdownOptions {
  /** Whether SIGHUP asks to end, too; if not, it has another meaning. @default true */
  readonly hangUp?: boolean;
  /** What is done in any case when the process ends at once, without waiting for anything. */
  readonly atOnce?: () => void;
}

/** How a command is asked to end. */
export class Shutdown {
  #signal: EndSignal | undefined;
  readonly #overdue: Promise<void>;
  readonly #atOnce: () => void;
  #startWaiting: () => void = () => {};

  /** Calls `stop` on the first signal; a second one ends the process at once. */
  constructor(stop: () => void, { hangUp = true, atOnce = () => {} }: ShutdownOptions = {}) {
    this.#atOnce = atOnce;
    this.#overdue = new Promise((resolve) => {
      this.#startWaiting = () => void setTimeout(resolve, PATIENCE_MS);
    });
    const signals = Object.keys(EXIT_CODES) as EndSignal[];
    for (const signal of signals.filter((each) => each !== 'SIGHUP' || hangUp)) {
      process.on(signal, () => {
        if (this.#signal !== undefined) this.#endNow(signal);
        this.#signal = signal;
        this.#startWaiting();
        stop();
      });
    }
  }

  /** What a command exits with that was asked to end; undefined if it was not. */
  get exitCode(): number | undefined {
    return this.#signal === undefined ? undefined : EXIT_CODES[this.#signal];
  }

  /** Ends the process when everything is written, or, if it was asked to end, when nobody has read it for too long. */
  async exit(code: number | undefined, flushed: Promise<void>): Promise<never> {
    const late = await Promise.race([flushed.then(() => false), this.#overdue.then(lastChance)]);
    if (late && this.#signal !== undefined) this.#endNow(this.#signal);
    process.exit(code);
  }

  /** Where a terminal that is stopped holds up a thread, a process can't exit, but it can die of the signal. */
  #endNow(signal: EndSignal): never {
    this.#atOnce();
    if (process.stdout.isTTY || process.stderr.isTTY) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exit(EXIT_CODES[signal]);
  }
}

/** To stop may have taken all of the patience itself: what was told at the end of it can still be read. */
async function lastChance(): Promise<true> {
  await new Promise((resolve) => setTimeout(resolve, LAST_CHANCE_MS));
  return true;
}
