/** So much of a frame's 16 ms is spent on work of the queue; a browser needs the rest for layout and paint. */
const BUDGET_MS = 5;

/** Work in steps, between which a frame may be shown. */
export type Steps = Generator<void, void>;

/** Spreads work over frames: an interface that has much to draw once a second stays as smooth as one that has little. */
export class FrameQueue {
  readonly #tasks = new Map<string, Steps>();
  #asked = false;

  /** Takes the place of a task of the same name that is not done. */
  put(name: string, steps: Steps): void {
    this.#tasks.set(name, steps);
    this.#ask();
  }

  /** Does at once all that is left. */
  finish(): void {
    this.#run(Number.POSITIVE_INFINITY);
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#run(performance.now() + BUDGET_MS);
      if (this.#tasks.size > 0) this.#ask();
    });
  }

  #run(untilMs: number): void {
    for (const [name, steps] of this.#tasks) {
      do {
        if (steps.next().done === true) {
          this.#tasks.delete(name);
          break;
        }
      } while (performance.now() < untilMs);
      if (performance.now() >= untilMs) return;
    }
  }
}
