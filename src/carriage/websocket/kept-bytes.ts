/** A larger buffer is released as soon as it is not needed. */
const MOST_SPARE_BYTES = 16_384;

/** Holds a copy of what one read leaves for the next. Its memory is reused while it is small. */
export class KeptBytes {
  #memory = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Replaces the contents with a copy of these bytes. */
  keep(bytes: Uint8Array): void {
    const { length } = bytes;
    const room = this.#memory.length;
    if (length > room || room > MOST_SPARE_BYTES) this.#memory = new Uint8Array(length);
    this.#memory.set(bytes);
    this.#length = length;
  }

  copyTo(target: Uint8Array, at: number): void {
    target.set(this.#memory.subarray(0, this.#length), at);
  }
}
