const CLOSING_BRACE = 0x7d;
/** Where one message follows another. No JSON string can contain it, because its quotes would be escaped. */
const START = new TextEncoder().encode('{"seq":');
const NEWLINE = new Uint8Array([0x0a]);

/** Puts an LF between messages that follow each other with nothing in between. Chunks may be split anywhere. */
export class ConcatenatedMessages {
  readonly #push: (bytes: Uint8Array) => void;
  /** The end of the last chunk, if it could be the end of a message and the beginning of another. */
  #held = new Uint8Array(0);

  /** @param push takes the bytes, with line ends in between */
  constructor(push: (bytes: Uint8Array) => void) {
    this.#push = push;
  }

  push(chunk: Uint8Array): void {
    const bytes = joined(this.#held, chunk);
    this.#held = new Uint8Array(0);
    let start = 0;
    for (let at = bytes.indexOf(CLOSING_BRACE); at >= 0; at = bytes.indexOf(CLOSING_BRACE, at + 1)) {
      const behind = bytes.subarray(at + 1, at + 1 + START.length);
      if (!behind.every((byte, index) => byte === START[index])) continue;
      if (behind.length < START.length) {
        this.#push(bytes.subarray(start, at));
        this.#held = bytes.slice(at);
        return;
      }
      this.#push(bytes.subarray(start, at + 1));
      this.#push(NEWLINE);
      start = at + 1;
    }
    this.#push(bytes.subarray(start));
  }

  /** The end of the capture. */
  finish(): void {
    this.#push(this.#held);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
