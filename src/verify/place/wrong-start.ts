import type { Stream } from '../../stream/stream.ts';
import { likelyStream, type Sample } from './likely-stream.ts';

/** Wrong messages that are looked at to tell which stream they are of. */
const SAMPLES = 3;

/** The first messages of a stream, as long as all of them are wrong: then they may be those of another. */
export class WrongStart {
  readonly #likely: typeof likelyStream;
  #samples: Sample[] = [];
  #anyRight = false;

  /** @param likely finds the stream that messages are of, which takes a tenth of a second */
  constructor(likely: typeof likelyStream = likelyStream) {
    this.#likely = likely;
  }

  /** Whether another wrong message is of use. */
  get wants(): boolean {
    return !this.#anyRight && this.#samples.length < SAMPLES;
  }

  /** A message was wrong, that says its seq. @param payload is kept */
  addWrong(seq: number, payload: Uint8Array): void {
    if (this.wants) this.#samples.push({ seq, payload });
  }

  /** A message was right. */
  addRight(): void {
    this.#anyRight = true;
    this.#samples = [];
  }

  /** The name of the stream that they are of, if it is found by trying. */
  likelyStream(expected: Stream): string | undefined {
    return this.#likely(expected, this.#samples);
  }
}
