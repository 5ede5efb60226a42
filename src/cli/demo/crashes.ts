/** A server that can be killed and started again. */
export interface Killable {
  kill(): void;
  /** Rejects if it can't. */
  start(): Promise<void>;
}

export const FIRST_CRASH_MS = 8000;
const CRASH_INTERVAL_MS = 30_000;
const DOWN_MS = 1500;

/** Kills a server now and then, and starts it again. */
export class Crashes {
  readonly #server: Killable;
  readonly #tell: (what: 'kill' | Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  /** @param tell told of each kill, and why the server can't be started again: it is tried until it can */
  constructor(server: Killable, tell: (what: 'kill' | Error) => void) {
    this.#server = server;
    this.#tell = tell;
  }

  /** How often the server was killed. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#timer = setTimeout(() => this.#kill(), FIRST_CRASH_MS);
  }

  /** Nothing is killed or started any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #kill(): void {
    this.#tell('kill');
    this.#server.kill();
    this.#count++;
    this.#timer = setTimeout(() => void this.#restart(), DOWN_MS);
  }

  async #restart(): Promise<void> {
    this.#timer = setTimeout(() => this.#kill(), CRASH_INTERVAL_MS);
    try {
      await this.#server.start();
    } catch (error) {
      // Another process has taken its port meanwhile, perhaps only for a moment.
      this.#tell(error as Error);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#restart(), DOWN_MS);
    }
  }
}
