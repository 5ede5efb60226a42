/** How each `.npy` file begins (numpy.lib.format). */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Whether a capture begins as a `.npy` file. */
export function isNpy(head: Uint8Array): boolean {
  return beginsAt(head, 0);
}

/** Whether bytes from `at` on are the beginning of a `.npy` file. */
function beginsAt(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, index) => bytes[at + index] === byte);
}

/**
 * Cuts a file of `.npy` messages of one size, with nothing in between, where each ends. What lacks some of its bytes, or
 * lies between two messages, is cut at the beginning of the next; so the harm to one does not shift the others.
 */
export class NpyMessages {
  readonly #sizeBytes: number;
  readonly #take: (piece: Uint8Array) => void;
  /** What has come and has not been cut, in the parts in which it came. */
  #parts: Uint8Array[] = [];
  #partsBytes = 0;

  /** @param take takes each piece, of `sizeBytes` at most; it holds good for as long as it is held */
  constructor(sizeBytes: number, take: (piece: Uint8Array) => void) {
    this.#sizeBytes = sizeBytes;
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    this.#parts.push(chunk.slice());
    this.#partsBytes += chunk.length;
    // A few bytes more than one message show whether the next one begins sooner.
    if (this.#partsBytes >= this.#sizeBytes + MAGIC.length) this.#cutAll(this.#sizeBytes + MAGIC.length);
  }

  /** There is no more. */
  finish(): void {
    this.#cutAll(1);
  }

  /** Cuts what has come for as long as there are so many bytes. */
  #cutAll(leastBytes: number): void {
    const bytes = new Uint8Array(this.#partsBytes);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    let start = 0;
    while (bytes.length - start >= leastBytes) start = this.#cut(bytes, start);
    this.#parts = [bytes.slice(start)];
    this.#partsBytes = bytes.length - start;
  }

  /** Takes the piece that begins at `start`. @returns where it ends */
  #cut(bytes: Uint8Array, start: number): number {
    const most = Math.min(start + this.#sizeBytes, bytes.length);
    let end = bytes.indexOf(MAGIC[0] ?? 0, start + 1);
    while (end >= 0 && end < most && !beginsAt(bytes, end)) end = bytes.indexOf(MAGIC[0] ?? 0, end + 1);
    if (end < 0 || end > most) end = most;
    this.#take(bytes.slice(start, end));
    return end;
  }
}
