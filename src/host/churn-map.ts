/** Fewer deletions than this are not worth a copy. */
const LEAST_DELETIONS = 64;

/**
 * A map whose entries come and go without end, such as the clients of a server.
 *
 * When V8 rehashes a Map, the old table keeps its entries and a pointer to the new one, for iterators under way. Once an old
 * table is in the old generation, it stays until a full collection, and keeps its successors alive, which are then promoted
 * too, along with everything that was in them: every client that has come and gone, with its socket and its stream, a hundred
 * megabytes between two full collections. So once as many entries were deleted as remain, the map is copied: nothing points to the
 * copy's table.
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

  /** A new key goes to the end of the order. */
  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  /** @returns whether the key was there */
  delete(key: Key): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deletions++;
    if (this.#deletions < Math.max(this.#map.size, LEAST_DELETIONS)) return true;
    this.#map = new Map(this.#map);
    this.#deletions = 0;
    return true;
  }

  /** The oldest entry. */
  get first(): readonly [Key, Value] | undefined {
    for (const entry of this.#map) return entry;
    return undefined;
  }

  /** The oldest keys. @param most how many there may be */
  keys(most: number): Key[] {
    const keys: Key[] = [];
    for (const key of this.#map.keys()) {
      if (keys.length >= most) break;
      keys.push(key);
    }
    return keys;
  }

  /** A snapshot of all values, oldest first. */
  values(): Value[] {
    return [...this.#map.values()];
  }
}
