/** How long jobs may hold the event loop at a stretch, all together. */
const TURN_MS = 2;

/**
 * Lets jobs take turns, so that however many connections give the process work, it comes back to timers and sockets
 * after about 2 ms, and none of them waits for another's work to end.
 */
export class FairTurns {
  readonly #jobs = new Set<() => boolean>();
  #next: NodeJS.Immediate | undefined;

  /** Runs the job soon, and again while it gives true; what waits already is not added twice. */
  add(job: () => boolean): void {
    this.#jobs.add(job);
    this.#next ??= setImmediate(() => this.#turn());
  }

  remove(job: () => boolean): void {
    this.#jobs.delete(job);
  }

  #turn(): void {
    this.#next = undefined;
    const startMs = performance.now();
    for (const job of this.#jobs) {
      this.#jobs.delete(job);
      if (job()) this.#jobs.add(job); // at the end, behind all others: the loop comes to it again
      if (performance.now() - startMs > TURN_MS) break;
    }
    if (this.#jobs.size > 0) this.#next ??= setImmediate(() => this.#turn());
  }
}

/** What all connections of the process share. */
export const fairTurns: FairTurns = new FairTurns();
