import { ChurnMap } from './churn-map.ts';
import { systemHost } from './host.ts';
import { TurnAddress, TurnTaker } from './turns.ts';

/**
 * Deadlines of one fixed length. Thousands may expire together, and each takes a while to handle, so they are handled in order,
 * in turns with all other work of the process.
 */
export class Deadlines {
  readonly #lastsMs: number;
  /** Each callback and when it is due, which is also their order. */
  readonly #ends = new ChurnMap<() => void, number>();
  readonly #alarm = systemHost.alarm(() => systemHost.turns.add(this.#job, this.#turns));
  readonly #turns = new TurnTaker(new TurnAddress());
  readonly #job = (): boolean => this.#endFirst();

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /**
   * Calls `end` at the deadline.
   *
   * @returns a function that cancels it
   */
  add(end: () => void): () => void {
    const atMs = performance.now() + this.#lastsMs;
    this.#ends.set(end, atMs);
    if (this.#ends.size === 1) this.#alarm.set(atMs);
    return () => {
      this.#ends.delete(end);
      if (this.#ends.size === 0) this.#alarm.clear(); // it would keep the process alive
    };
  }

  /** @returns whether to look for another */
  #endFirst(): boolean {
    const [end, atMs] = this.#ends.first ?? [];
    if (end === undefined || atMs === undefined) return false;
    if (atMs > performance.now()) {
      this.#alarm.set(atMs);
      return false;
    }
    this.#ends.delete(end);
    end();
    return true;
  }
}
