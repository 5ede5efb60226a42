/** What has come of something that is not whole yet, with room for more behind it. */
export class UnusedBytes {
  #memory: Uint8Array = new Uint8Array(0);
  #sizeBytes = 0;

  /** All that is unused, what has just come last. It holds good until the next call. */
  append(chunk: Uint8Array): Uint8Array {
    const sizeBytes = this.#sizeBytes + chunk.length;
    if (sizeBytes > this.#memory.length) {
      const larger = new Uint8Array(Math.max(sizeBytes, 2 * this.#memory.length));
      larger.set(this.#memory.subarray(0, this.#sizeBytes));
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
    return this.#memory.subarray(0, sizeBytes);
  }

  /** So many from the front have been used. */
  use(bytes: number): void {
    if (bytes === 0) return;
    this.#memory.copyWithin(0, bytes, this.#sizeBytes);
    this.#sizeBytes -= bytes;
  }

  /** Gives all up. */
  take(): Uint8Array {
    const all = this.#memory.slice(0, this.#sizeBytes);
    this.#sizeBytes = 0;
    return all;
  }
}
