/** Fewer deletions are not worth a new map. */
const LEAST_DELETIONS = 64;

/**
 * A map whose entries come and go without end, such as the clients of a server.
 *
 * When a Map of V8 has no room for one more, it goes on in a new table, and the old one keeps its entries, and points to the new
 * one, for iterators that are under way. Nobody else sees it; but a table that once grew old is not collected until all old
 * memory is, and until then it keeps whatever it points to, so that the tables that follow grow old as well, with all that was
 * in them: every client that has come and gone, each with its socket and its stream, a hundred megabytes between two
 * collections. So once as many entries were deleted as are left, the map is copied: a copy is pointed to by nothing.
 */
export class ChurnMap<Key, Value> {
  #map = new Map<Key, Value>();
  #deletions = 0;

  get size(): number {
    return this.#map.size;
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  /** A key that is new comes last in the order of entries. */
  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  /** @returns whether there was such an entry */
  delete(key: Key): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deletions++;
    if (this.#deletions < Math.max(this.#map.size, LEAST_DELETIONS)) return true;
    this.#map = new Map(this.#map);
    this.#deletions = 0;
    return true;
  }

  /** The entry that was put in before all others. */
  get first(): readonly [Key, Value] | undefined {
    for (const entry of this.#map) return entry;
    return undefined;
  }

  /** All values, in order, as they are now. */
  values(): Value[] {
    return [...this.#map.values()];
  }
}
