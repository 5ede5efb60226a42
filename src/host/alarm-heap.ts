/** An entry of the heap, which maintains `heapIndex` so that an entry can be moved or removed. */
export interface HeapEntry {
  readonly dueMs: number;
  heapIndex: number | undefined;
}

/**
 * A binary heap with the earliest entry on top; insert, move and remove are O(log n).
 * Theory: J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7 (1964).
 *
 * Due times are kept in an array of their own: reading them from a thousand entries would miss the processor's cache each time.
 */
export class AlarmHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];
  readonly #dueMs: number[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Inserts an entry, or moves it after its `dueMs` has changed. */
  put(entry: Entry): void {
    this.#settle(entry, entry.dueMs, entry.heapIndex ?? this.#entries.length);
  }

  /** Removes an entry, if it is in the heap. */
  remove(entry: Entry): void {
    const index = entry.heapIndex;
    if (index === undefined) return;
    entry.heapIndex = undefined;
    const last = this.#entries.pop();
    const lastMs = this.#dueMs.pop();
    if (last !== undefined && lastMs !== undefined && last !== entry) this.#settle(last, lastMs, index);
  }

  /** Sifts the entry up or down from an index, whose contents are overwritten. */
  #settle(entry: Entry, atMs: number, from: number): void {
    let index = from;
    for (let parent = (index - 1) >> 1; parent >= 0; parent = (index - 1) >> 1) {
      if (this.#dueAt(parent) <= atMs) break;
      this.#move(parent, index);
      index = parent;
    }
    for (;;) {
      const child = this.#firstChild(index);
      if (this.#dueAt(child) >= atMs) break;
      this.#move(child, index);
      index = child;
    }
    this.#set(index, entry, atMs);
  }

  /** The index of the earlier child. */
  #firstChild(index: number): number {
    const left = 2 * index + 1;
    return this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
  }

  /** Infinity past the end. */
  #dueAt(index: number): number {
    return index < this.#dueMs.length ? (this.#dueMs[index] as number) : Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#entries[from] as Entry, this.#dueMs[from] as number);
  }

  #set(index: number, entry: Entry, atMs: number): void {
    this.#entries[index] = entry;
    this.#dueMs[index] = atMs;
    entry.heapIndex = index;
  }
}
