/** Bytes that arrive in parts and are gathered, up to a limit. */
export class GrowingBytes {
  readonly #maximumBytes: number;
  #bytes = new Uint8Array(0);
  #sizeBytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** All bytes so far; valid until more are added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#sizeBytes);
  }

  /** Appends bytes [start, end). @returns whether all of them fitted; if not, those that did are kept */
  add(part: Uint8Array, start: number, end: number): boolean {
    const sizeBytes = Math.min(this.#sizeBytes + end - start, this.#maximumBytes);
    const fitting = start + sizeBytes - this.#sizeBytes;
    if (sizeBytes > this.#bytes.length) {
      const larger = new Uint8Array(
        Math.max(sizeBytes, Math.min(this.#maximumBytes, 2 * this.#bytes.length)),
      );
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(part.subarray(start, fitting), this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
    return fitting === end;
  }

  clear(): void {
    this.#sizeBytes = 0;
  }
}
