import type { MessageBatch } from '../../measure/message-batch.ts';
import { GrowingBytes } from '../../stream/growing-bytes.ts';
import { leadingSeq } from '../../stream/seq-prefix.ts';
import {
  arrayOf,
  type BodyFault,
  type BodyLimits,
  type BodyReader,
  FoundMessages,
  tooLarge,
} from './body-reader.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Reads NDJSON: each line is a message. Lines already lie as the digest wants them, so those of one chunk are given in place.
 *
 * Empty lines, which keep a connection alive, are no messages. A line may end with CR LF, and the last one needs no line end.
 */
export class LineReader implements BodyReader {
  readonly lastEventId = '';
  readonly retryMs: undefined;
  readonly #limits: BodyLimits;
  readonly #found: FoundMessages;
  /** The start of an incomplete line. */
  readonly #kept: GrowingBytes;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
    this.#found = new FoundMessages(limits);
    this.#kept = new GrowingBytes(limits.maximumMessageBytes + LONGEST_END_BYTES);
  }

  eventIdBehind(): string {
    return '';
  }

  take(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    let at = 0;
    if (this.#kept.sizeBytes > 0) {
      const newline = bytes.indexOf(NEWLINE);
      at = newline < 0 ? bytes.length : newline + 1;
      if (!this.#kept.add(bytes, 0, at)) return this.#tooLarge;
      if (newline < 0) return undefined;
      const fault = this.#giveKept(give);
      if (fault !== undefined) return fault;
    }
    const { fault, at: rest } = this.#walk(bytes, at, give);
    if (fault !== undefined) return fault;
    return this.#kept.add(bytes, rest, bytes.length) ? undefined : this.#tooLarge;
  }

  end(give: (batch: MessageBatch) => void): BodyFault | undefined {
    if (this.#kept.sizeBytes === 0) return undefined;
    return this.#kept.add(LINE_END, 0, LINE_END.length) ? this.#giveKept(give) : this.#tooLarge;
  }

  /** Gives the whole lines from `start` on. @returns where the rest begins */
  #walk(
    read: Uint8Array,
    start: number,
    give: (batch: MessageBatch) => void,
  ): { at: number; fault?: BodyFault | undefined } {
    const { maximumMessageBytes } = this.#limits;
    const bytes = arrayOf(read);
    let at = start;
    for (let newline = read.indexOf(NEWLINE, at); newline >= 0; newline = read.indexOf(NEWLINE, at)) {
      const isPlain = newline > at && bytes[newline - 1] !== RETURN;
      const end = isPlain || newline === at ? newline : newline - 1;
      if (end - at > maximumMessageBytes)
        return { at, fault: this.#found.give(bytes, give) ?? this.#tooLarge };
      if (isPlain) {
        this.#found.add(at, newline + 1, leadingSeq(bytes, at, newline));
      } else {
        // What follows does not lie right behind the messages found so far, so they are given first.
        const before = this.#found.give(bytes, give);
        if (before !== undefined) return { at, fault: before };
        if (end > at) {
          bytes[end] = NEWLINE;
          this.#found.add(at, end + 1, leadingSeq(bytes, at, end));
          const fault = this.#found.give(bytes, give);
          if (fault !== undefined) return { at, fault };
        }
      }
      at = newline + 1;
    }
    return { at, fault: this.#found.give(bytes, give) };
  }

  #giveKept(give: (batch: MessageBatch) => void): BodyFault | undefined {
    const { bytes } = this.#kept;
    this.#kept.clear();
    return this.#walk(bytes, 0, give).fault;
  }

  get #tooLarge(): BodyFault {
    return tooLarge('a line', this.#limits);
  }
}

const LINE_END = Uint8Array.of(NEWLINE);
const LONGEST_END_BYTES = 2;
