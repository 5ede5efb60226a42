/** The beginning of every `.npy` file (numpy.lib.format). */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Whether a capture begins like a `.npy` file. */
export function isNpy(head: Uint8Array): boolean {
  return beginsAt(head, 0);
}

/** Whether a `.npy` file begins at `at`. */
function beginsAt(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, index) => bytes[at + index] === byte);
}

/**
 * Splits concatenated `.npy` messages of one size. Where bytes are missing or added, the piece ends at the beginning of
 * the next message, so damage to one does not shift the others.
 */
export class NpyMessages {
  readonly #sizeBytes: number;
  readonly #take: (piece: Uint8Array) => void;
  /** Bytes that are still to be split, in the parts in which they came. */
  #parts: Uint8Array[] = [];
  #partsBytes = 0;

  /** @param take takes each piece, of at most `sizeBytes`; it is valid for as long as the caller keeps it */
  constructor(sizeBytes: number, take: (piece: Uint8Array) => void) {
    this.#sizeBytes = sizeBytes;
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    this.#parts.push(chunk.slice());
    this.#partsBytes += chunk.length;
    // A few bytes beyond one message show whether the next begins too early.
    if (this.#partsBytes >= this.#sizeBytes + MAGIC.length) this.#cutAll(this.#sizeBytes + MAGIC.length);
  }

  /** The end of the capture. */
  finish(): void {
    this.#cutAll(1);
  }

  /** Splits off pieces while at least so many bytes are left. */
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
