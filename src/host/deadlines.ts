import { ChurnMap } from './churn-map.ts';
import { systemHost } from './host.ts';
import { TurnAddress, TurnTaker } from './turns.ts';

/**
 * Things that have the same time each, and are ended when it is over. Thousands may be over together, and to end one takes
 * long: so they are ended by turns with all other work of the process, in the order in which they came.
 */
export class Deadlines {
  readonly #lastsMs: number;
  /** What ends each, and when. */
  readonly #ends = new ChurnMap<() => void, number>();
  readonly #alarm = systemHost.alarm(() => systemHost.turns.add(this.#job, this.#turns));
  readonly #turns = new TurnTaker(new TurnAddress());
  readonly #job = (): boolean => this.#endFirst();

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /**
   * Calls `end` when its time is over, unless that is taken back.
   *
   * @returns what takes it back
   */
  add(end: () => void): () => void {
    const atMs = performance.now() + this.#lastsMs;
    this.#ends.set(end, atMs);
    if (this.#ends.size === 1) this.#alarm.set(atMs);
    return () => {
      this.#ends.delete(end);
      if (this.#ends.size === 0) this.#alarm.clear(); // or it would keep the process alive
    };
  }

  /** @returns whether another's time is over as well */
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
