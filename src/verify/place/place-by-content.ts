import type { Stream } from '../../stream/stream.ts';

/** The most bytes of messages to make while searching for one. */
const WINDOW_BYTES = 8_388_608;
const WINDOW_MESSAGES = 4096;
const LEAST_MESSAGES = 16;
/** After so many failed searches no more are made: too much is wrong to find anything. */
const VAIN_SEARCHES = 100;

/** Places messages without a seq by their content, near where the next one was due. */
export class PlaceByContent {
  readonly #stream: Stream;
  readonly #window: number;
  #searchesLeft = VAIN_SEARCHES;

  constructor(stream: Stream, sizeBytes: number) {
    this.#stream = stream;
    this.#window = Math.max(LEAST_MESSAGES, Math.min(WINDOW_MESSAGES, Math.floor(WINDOW_BYTES / sizeBytes)));
  }

  /** The seq in [from, end) whose message this is, nearest to `next` first; undefined if there is none. */
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
