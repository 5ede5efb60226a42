const NOTHING = new Uint8Array(0);
/** The size of the first part; each further one is as large as all before it. */
const FIRST_BYTES = 256;
/** Up to so many bytes are copied one by one: a view of each of a thousand small fragments would be 100 KB of garbage. */
const SHORT_BYTES = 128;

/**
 * A message that arrives in pieces. Its memory grows with the bytes received, however many fragments there are, and never beyond the
 * largest message allowed. What was received stays where it is until the message is whole: copying it whenever it outgrows
 * its memory would leave as much garbage as there is message.
 */
export class UnfinishedMessage {
  readonly #mostBytes: number;
  readonly #parts: Uint8Array[] = [];
  /** The last part, and how much of it is free. */
  #part: Uint8Array = NOTHING;
  #freeBytes = 0;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  append(bytes: Uint8Array, at: number, end: number): void {
    for (let from = at; from < end; ) {
      if (this.#freeBytes === 0) this.#grow(end - from);
      const copiedBytes = Math.min(this.#freeBytes, end - from);
      this.#copy(bytes, from, from + copiedBytes);
      from += copiedBytes;
    }
  }

  /** All of it, in one piece. */
  whole(): Uint8Array {
    if (this.#parts.length <= 1) return this.#part.subarray(0, this.#bytes);
    const message = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      const usedBytes = Math.min(part.length, this.#bytes - at);
      message.set(part.subarray(0, usedBytes), at);
      at += usedBytes;
    }
    return message;
  }

  #grow(wantedBytes: number): void {
    const room = Math.max(FIRST_BYTES, wantedBytes, this.#bytes);
    this.#freeBytes = Math.min(room, this.#mostBytes - this.#bytes);
    this.#part = new Uint8Array(this.#freeBytes);
    this.#parts.push(this.#part);
  }

  #copy(bytes: Uint8Array, from: number, to: number): void {
    const part = this.#part;
    const start = part.length - this.#freeBytes;
    if (to - from > SHORT_BYTES) part.set(bytes.subarray(from, to), start);
    else for (let i = from; i < to; i++) part[start + i - from] = bytes[i] ?? 0;
    this.#freeBytes -= to - from;
    this.#bytes += to - from;
  }
}
