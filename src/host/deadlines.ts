import { ChurnMap } from './churn-map.ts';
import { systemHost } from './host.ts';
import { TurnAddress, TurnTaker } from './turns.ts';

/**
 * Deadlines of one fixed length. Thousands may expire together, and each takes a while to handle, so they are handled in order,
 * in turns with all other work of the process.
 */
export class Deadlines<Thing> {
  readonly #lastsMs: number;
  readonly #end: (thing: Thing) => void;
  /** When each is due, which is also their order. */
  readonly #atMs = new ChurnMap<Thing, number>();
  readonly #alarm = systemHost.alarm(() => systemHost.turns.add(this.#job, this.#turns));
  readonly #turns = new TurnTaker(new TurnAddress());
  readonly #job = (): boolean => this.#endFirst();

  /** @param end called with each thing at its deadline */
  constructor(lastsMs: number, end: (thing: Thing) => void) {
    this.#lastsMs = lastsMs;
    this.#end = end;
  }

  get size(): number {
    return this.#atMs.size;
  }

  /** The one whose deadline comes first. */
  get oldest(): Thing | undefined {
    return this.#atMs.first?.[0];
  }

  /** Sets the deadline of a thing, counted from now. */
  add(thing: Thing): void {
    const atMs = performance.now() + this.#lastsMs;
    this.#atMs.set(thing, atMs);
    if (this.#atMs.size === 1) this.#alarm.set(atMs);
  }

  /** Cancels the deadline of a thing. */
  remove(thing: Thing): void {
    this.#atMs.delete(thing);
    if (this.#atMs.size === 0) this.#alarm.clear(); // it would keep the process alive
  }

  /** @returns whether to look for another */
  #endFirst(): boolean {
    const { first } = this.#atMs;
    if (first === undefined) return false;
    const [thing, atMs] = first;
    if (atMs > performance.now()) {
      this.#alarm.set(atMs);
      return false;
    }
    this.#atMs.delete(thing);
    this.#end(thing);
    return true;
  }
}
