import { systemHost } from './host.ts';
import { TurnAddress, TurnTaker } from './turns.ts';

/**
 * Things that have the same time each, and are ended when it is over. Thousands may be over together, and to end one takes
 * long: so they are ended by turns with all other work of the process, in the order in which they came.
 */
export class Deadlines {
  readonly #lastsMs: number;
  /** What ends each, and when. */
  readonly #ends = new Map<() => void, number>();
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
    this.#ends.set(end, performance.now() + this.#lastsMs);
    if (this.#ends.size === 1) this.#setAlarm();
    return () => {
      this.#ends.delete(end);
      if (this.#ends.size === 0) this.#alarm.clear(); // or it would keep the process alive
    };
  }

  /** @returns whether another's time is over as well */
  #endFirst(): boolean {
    for (const [end, atMs] of this.#ends) {
      if (atMs > performance.now()) break;
      this.#ends.delete(end);
      end();
      return true;
    }
    this.#setAlarm();
    return false;
  }

  #setAlarm(): void {
    for (const [, atMs] of this.#ends) return this.#alarm.set(atMs);
  }
}
