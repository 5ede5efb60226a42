import { MessageBatch } from '../../measure/message-batch.ts';
import { INVALID_DATA, TOO_LARGE } from '../../session/close-codes.ts';

/**
 * Extracts messages from the body of a response. It has no I/O: bytes go in, and batches of whole messages come out, so that a
 * client in a browser can use it too.
 */
export interface BodyReader {
  /** The id to resume with (`Last-Event-ID`): that of the last whole event; empty if no event had one. */
  readonly lastEventId: string;
  /** The same as of the first `taken` messages of the batch that is being given. */
  eventIdBehind(taken: number): string;
  /** How long the server asks the client to wait before the next attempt, if it does. */
  readonly retryMs: number | undefined;
  /**
   * Takes a chunk, which it may modify. Batches are views of the chunk, valid only until `give` returns. Pass a `Buffer` if
   * there is one: its `indexOf` is several times as fast as that of other arrays.
   *
   * @returns what is wrong with the body, if anything; then nothing more may be read of it
   */
  take(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined;
  /** Call when the body has ended properly. @returns as `take` does */
  end(give: (batch: MessageBatch) => void): BodyFault | undefined;
}

/** What is wrong with a body, and the close code that says so. */
export interface BodyFault {
  readonly code: number;
  readonly reason: string;
}

export interface BodyLimits {
  readonly maximumMessageBytes: number;
  /** Checks UTF-8; each platform has its own fast way. */
  readonly isUtf8: (bytes: Uint8Array) => boolean;
}

/** Views the bytes as a plain array, since `subarray` of a `Buffer` costs several times as much. */
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
 * Collects the messages found in one chunk, in order. They are texts that lie there one after the other, with a newline after each,
 * as the digest wants them.
 */
export class FoundMessages {
  readonly #limits: BodyLimits;
  #offsets: Uint32Array = new Uint32Array(FIRST_MESSAGES + 1);
  #seqs: Float64Array = new Float64Array(FIRST_MESSAGES);
  #texts: Uint8Array = new Uint8Array(FIRST_MESSAGES).fill(1);
  #count = 0;
  /** How many messages the last batch had. */
  given = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Adds a message that ends before `next`. It begins at `start` if it is the first, otherwise where the previous one ended. */
  add(start: number, next: number, seq: number | undefined): void {
    if (this.#count === this.#texts.length) this.#grow();
    if (this.#count === 0) this.#offsets[0] = start;
    this.#seqs[this.#count] = seq ?? Number.NaN;
    this.#offsets[++this.#count] = next;
  }

  /**
   * Gives the messages up to the first that is not UTF-8, and starts afresh.
   *
   * A newline is never part of another character, so the whole is UTF-8 if and only if each message is.
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
