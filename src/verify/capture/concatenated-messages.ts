const CLOSING_BRACE = 0x7d;
/** Where a message begins behind another: no string of JSON can hold it, since its quotes would be escaped. */
const START = new TextEncoder().encode('{"seq":');
const NEWLINE = new Uint8Array([0x0a]);

/** Puts an LF between messages that stand in a capture with nothing in between. Bytes may come cut anywhere. */
export class ConcatenatedMessages {
  readonly #push: (bytes: Uint8Array) => void;
  /** The end of what came, if it could be the end of a message with the beginning of another. */
  #held = new Uint8Array(0);

  /** @param push takes the bytes, and the ends of lines between them */
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

  /** There is no more. */
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
