import type { Stream } from '../../stream/stream.ts';

/** Bytes of messages that are made to find one. */
const WINDOW_BYTES = 8_388_608;
const WINDOW_MESSAGES = 4096;
const LEAST_MESSAGES = 16;
/** Messages that may be looked for in vain: where more are wrong, nothing is to be found. */
const VAIN_SEARCHES = 100;

/** Places messages that carry no seq by their content, near the place where the next was due. */
export class PlaceByContent {
  readonly #stream: Stream;
  readonly #window: number;
  #searchesLeft = VAIN_SEARCHES;

  constructor(stream: Stream, sizeBytes: number) {
    this.#stream = stream;
    this.#window = Math.max(LEAST_MESSAGES, Math.min(WINDOW_MESSAGES, Math.floor(WINDOW_BYTES / sizeBytes)));
  }

  /** The seq of a message in [from, end), the nearest to `next` first; undefined if it is not found. */
  find(payload: Uint8Array, next: number, from: number, end: number): number | undefined {
    if (this.#searchesLeft === 0) return undefined;
    for (let distance = 0; distance < this.#window; distance++) {
      for (const seq of [next + distance, next - 1 - distance]) {
        if (seq >= from && seq < end && this.#stream.equals(seq, payload)) return seq;
      }
    }
    this.#searchesLeft--;
    return undefined;
  }
}
