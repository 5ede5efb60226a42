import { MessageBatch } from '../../measure/message-batch.ts';
import { INVALID_DATA, TOO_LARGE } from '../../session/close-codes.ts';

/**
 * Takes messages out of the body of a response. It has no I/O: bytes go in, and batches of whole messages come out, so that a
 * browser's client can use it as well.
 */
export interface BodyReader {
  /** The id to come back with (`Last-Event-ID`): that of the last event that was whole; empty if none has one. */
  readonly lastEventId: string;
  /** How long the server asks to wait before the next attempt; undefined if it does not. */
  readonly retryMs: number | undefined;
  /**
   * Takes what was read, which it may change. What it gives lies in there, and holds good only until `give` returns. Of a
   * `Buffer` it uses the search, which is some times as fast as that of other arrays.
   *
   * @returns what is wrong with the body; nothing is to be read of it then
   */
  take(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined;
  /** The body has ended as it should. @returns as `take` does */
  end(give: (batch: MessageBatch) => void): BodyFault | undefined;
}

/** What is wrong with a body, and the close code that says so. */
export interface BodyFault {
  readonly code: number;
  readonly reason: string;
}

export interface BodyLimits {
  /** Bytes of one message. */
  readonly maximumMessageBytes: number;
  /** Whether bytes are UTF-8. Each platform has its own fast way to tell. */
  readonly isUtf8: (bytes: Uint8Array) => boolean;
}

/** The bytes as an array that is nothing else: to take a part of a `Buffer` costs several times as much. */
export function arrayOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** @param what a `line` or an `event` */
export function tooLarge(what: string, { maximumMessageBytes }: BodyLimits): BodyFault {
  return { code: TOO_LARGE, reason: `${what} is larger than ${maximumMessageBytes} bytes` };
}

export function notUtf8(): BodyFault {
  return { code: INVALID_DATA, reason: 'a message is not UTF-8' };
}

/**
 * Messages of one read, all text, as they lie there: one right behind the other with a newline behind each, as the digest runs
 * over them. Whoever finds them adds them in order.
 */
export class FoundMessages {
  readonly #limits: BodyLimits;
  #offsets: Uint32Array = new Uint32Array(FIRST_MESSAGES + 1);
  #seqs: Float64Array = new Float64Array(FIRST_MESSAGES);
  #texts: Uint8Array = new Uint8Array(FIRST_MESSAGES).fill(1);
  #count = 0;
  /** How many were given last. */
  given = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** The next message begins at `start` if it is the first one, and else where the one before it ended. */
  add(start: number, next: number, seq: number | undefined): void {
    if (this.#count === this.#texts.length) this.#grow();
    if (this.#count === 0) this.#offsets[0] = start;
    this.#seqs[this.#count] = seq ?? Number.NaN;
    this.#offsets[++this.#count] = next;
  }

  /**
   * Gives those that were added, as far as they are UTF-8, and forgets them.
   *
   * A newline never is a part of another character, so all are UTF-8 if and only if each is.
   */
  give(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    const count = this.#count;
    this.#count = 0;
    this.given = 0;
    if (count === 0) return undefined;
    const batch = new MessageBatch(
      bytes,
      { offsets: this.#offsets, seqs: this.#seqs, texts: this.#texts },
      count,
    );
    const { isUtf8 } = this.#limits;
    if (!isUtf8(bytes.subarray(batch.start(0), batch.start(count)))) {
      batch.count = 0;
      while (isUtf8(batch.payload(batch.count))) batch.count++;
    }
    const valid = batch.count;
    this.given = valid;
    if (valid > 0) give(batch);
    return valid < count ? notUtf8() : undefined;
  }

  #grow(): void {
    const room = 4 * this.#texts.length;
    const offsets = new Uint32Array(room + 1);
    const seqs = new Float64Array(room);
    offsets.set(this.#offsets);
    seqs.set(this.#seqs);
    this.#offsets = offsets;
    this.#seqs = seqs;
    this.#texts = new Uint8Array(room).fill(1);
  }
}

const FIRST_MESSAGES = 64;
