/** More than this goes when less is to be kept. */
const MOST_SPARE_BYTES = 16_384;

/** What is kept of one read until the next, in memory of its own, which is used again as long as it is small. */
export class KeptBytes {
  #memory = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps a copy of these, and of nothing else any more. */
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
