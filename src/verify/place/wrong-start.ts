import type { Stream } from '../../stream/stream.ts';
import { likelyStream, type Sample } from './likely-stream.ts';

/** How many wrong messages are used to find the stream they belong to. */
const SAMPLES = 3;

/** The first messages of a capture, for as long as all of them are wrong: they may belong to another stream. */
export class WrongStart {
  readonly #likely: typeof likelyStream;
  #samples: Sample[] = [];
  #anyRight = false;

  /** @param likely finds the stream that messages belong to, which takes a tenth of a second */
  constructor(likely: typeof likelyStream = likelyStream) {
    this.#likely = likely;
  }

  /** Whether another wrong message would help. */
  get wants(): boolean {
    return !this.#anyRight && this.#samples.length < SAMPLES;
  }

  /** Notes a message that is wrong but has a seq. @param payload is kept */
  addWrong(seq: number, payload: Uint8Array): void {
    if (this.wants) this.#samples.push({ seq, payload });
  }

  /** Notes a message that is right. */
  addRight(): void {
    this.#anyRight = true;
    this.#samples = [];
  }

  /** The name of the stream that they belong to, if trying others finds it. */
  likelyStream(expected: Stream): string | undefined {
    return this.#likely(expected, this.#samples);
  }
}
