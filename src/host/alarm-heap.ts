/** Something that is due at a moment; the heap keeps its place in it, so that it can be moved or taken out. */
export interface HeapEntry {
  readonly dueMs: number;
  heapIndex: number | undefined;
}

/**
 * A binary heap: the entry that is due first is on top, and putting one in, moving it or taking it out takes
 * O(log n). Theory: J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7 (1964).
 */
export class AlarmHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Puts an entry in; or, after its `dueMs` has changed, where it belongs now. */
  put(entry: Entry): void {
    this.#settle(entry, entry.heapIndex ?? this.#entries.length);
  }

  /** Takes an entry out, if it is in. */
  remove(entry: Entry): void {
    const index = entry.heapIndex;
    if (index === undefined) return;
    entry.heapIndex = undefined;
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) this.#settle(last, index);
  }

  /** Places the entry from an index on, up or down; what is at the index is written over. */
  #settle(entry: Entry, from: number): void {
    let index = from;
    for (let parent = (index - 1) >> 1; parent >= 0; parent = (index - 1) >> 1) {
      const above = this.#entries[parent];
      if (above === undefined || above.dueMs <= entry.dueMs) break;
      this.#set(index, above);
      index = parent;
    }
    for (;;) {
      const child = this.#firstChild(index);
      const below = this.#entries[child];
      if (below === undefined || below.dueMs >= entry.dueMs) break;
      this.#set(index, below);
      index = child;
    }
    this.#set(index, entry);
  }

  /** The index of the child that is due first. */
  #firstChild(index: number): number {
    const left = 2 * index + 1;
    const [one, other] = [this.#entries[left], this.#entries[left + 1]];
    return one !== undefined && other !== undefined && other.dueMs < one.dueMs ? left + 1 : left;
  }

  #set(index: number, entry: Entry): void {
    this.#entries[index] = entry;
    entry.heapIndex = index;
  }
}
