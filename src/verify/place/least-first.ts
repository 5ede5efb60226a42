/**
 * A priority queue of numbers, least first: a binary heap, where adding and taking cost O(log n). Theory: J. W. J.
 * Williams, "Algorithm 232: Heapsort", CACM 7 (1964).
 */
export class LeastFirst {
  readonly #numbers: number[] = [];

  add(number: number): void {
    let index = this.#numbers.length;
    for (let parent = (index - 1) >> 1; index > 0; parent = (index - 1) >> 1) {
      const above = this.#at(parent);
      if (above <= number) break;
      this.#numbers[index] = above;
      index = parent;
    }
    this.#numbers[index] = number;
  }

  /** Removes and returns the least number; undefined if there is none. */
  take(): number | undefined {
    const least = this.#numbers[0];
    const last = this.#numbers.pop();
    if (last === undefined || this.#numbers.length === 0) return least;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(child) >= last) break;
      this.#numbers[index] = this.#at(child);
      index = child;
    }
    this.#numbers[index] = last;
    return least;
  }

  #at(index: number): number {
    return this.#numbers[index] ?? Number.POSITIVE_INFINITY;
  }
}
