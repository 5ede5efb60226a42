/** Something that is due at a moment; the heap keeps its place in it, so that it can be moved or taken out. */
export interface HeapEntry {
  readonly dueMs: number;
  heapIndex: number | undefined;
}

/**
 * A binary heap: the entry that is due first is on top, and putting one in, moving it or taking it out takes
 * O(log n). When each is due lies in a list of its own: of a thousand entries each would be a miss of the processor's cache.
 * Theory: J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7 (1964).
 */
export class AlarmHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];
  /** When each entry is due. */
  readonly #dueMs: number[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Puts an entry in; or, after its `dueMs` has changed, where it belongs now. */
  put(entry: Entry): void {
    this.#settle(entry, entry.dueMs, entry.heapIndex ?? this.#entries.length);
  }

  /** Takes an entry out, if it is in. */
  remove(entry: Entry): void {
    const index = entry.heapIndex;
    if (index === undefined) return;
    entry.heapIndex = undefined;
    const last = this.#entries.pop();
    const lastMs = this.#dueMs.pop();
    if (last !== undefined && lastMs !== undefined && last !== entry) this.#settle(last, lastMs, index);
  }

  /** Places the entry from an index on, up or down; what is at the index is written over. */
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

  /** The index of the child that is due first. */
  #firstChild(index: number): number {
    const left = 2 * index + 1;
    return this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
  }

  /** Infinity behind the last. */
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
