import { MessageBatch } from '../../measure/message-batch.ts';
import { CLOSE } from '../../session/close-codes.ts';
import { MARK_BYTE } from '../../session/codec.ts';
import { GrowingBytes } from '../../stream/growing-bytes.ts';
import { leadingSeq } from '../../stream/seq-prefix.ts';
import { arrayOf, type BodyFault, type BodyReader, FoundMessages, notUtf8, tooLarge } from './body-reader.ts';
import { EventFields, type EventLimits } from './event-fields.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const ID = new TextEncoder().encode('id: ');
const DATA = new TextEncoder().encode('data: ');
const ZERO = 0x30;
/** A number of so many digits is exact. */
const MOST_DIGITS = 15;

/**
 * Reads server-sent events (HTML, section 9.2): a message is the data of an event, whatever its type. An event without data, as
 * one that only says where a client is to go on, or keeps the connection alive, is no message.
 *
 * Nearly all events of a fast stream are plain: a number as their id, one line of data, ends of LF, and whole in what was read.
 * Those are moved together, so that they lie as they are digested, and are given as one batch. Anything else is taken line by
 * line, until a plain event can begin again.
 */
export class EventStreamReader implements BodyReader {
  readonly #limits: EventLimits;
  readonly #strict: boolean;
  readonly #found: FoundMessages;
  readonly #line: GrowingBytes;
  readonly #fields: EventFields;
  /** Bytes of the mark before the first event that may still come; undefined once something else has. */
  #markBytes: number | undefined = 0;
  /** The line before ended with CR: LF that follows is a part of its end. */
  #afterReturn = false;
  /** Of the last event that has one, and what it was before each of those that were found and are not given yet. */
  #lastId: number | string;
  readonly #idsBefore: (number | string)[] = [];

  /**
   * @param limits.lastEventId that of the connection before, which holds good until an event has another one
   * @param limits.speaks whether the server speaks `tidemark.v1`: then an event that has a type is a control message, which is
   *   given with its mark in front; and every other one must have the seq of its message as its id, since clients that can't look
   *   into it go on from there
   */
  constructor(limits: EventLimits & { readonly speaks: boolean; readonly lastEventId?: string }) {
    this.#limits = limits;
    this.#strict = limits.speaks;
    this.#lastId = limits.lastEventId ?? '';
    this.#found = new FoundMessages(limits);
    this.#line = new GrowingBytes(limits.maximumMessageBytes + LONGEST_FIELD_BYTES);
    this.#fields = new EventFields(limits);
  }

  get lastEventId(): string {
    return String(this.#lastId);
  }

  get retryMs(): number | undefined {
    return this.#fields.retryMs;
  }

  take(read: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    const bytes = arrayOf(read);
    let at = this.#begin(bytes);
    /** Plain events are moved to here, one behind the other. */
    let out = at;
    let returnAt = indexOr(read, RETURN, at);
    while (at < bytes.length) {
      if (this.#isBetweenEvents) {
        if (at > returnAt) returnAt = indexOr(read, RETURN, at);
        const plain = this.#plainEvent(read, at, returnAt);
        if (plain !== undefined) {
          const { dataAt, id } = plain;
          const next = out + plain.newlineAt + 1 - dataAt;
          bytes.copyWithin(out, dataAt, plain.newlineAt + 1);
          const seq = leadingSeq(bytes, out, next - 1);
          this.#found.add(out, next, seq);
          out = next;
          at = plain.newlineAt + 2;
          this.#idsBefore.push(this.#lastId);
          this.#lastId = id ?? this.#lastId;
          if (!this.#strict || (id !== undefined && id === seq)) continue;
          return this.#giveFound(bytes, give) ?? wrongId(id, seq);
        }
      }
      // Whatever is found from here on lies elsewhere, or would overwrite what is not read yet.
      const before = this.#giveFound(bytes, give);
      if (before !== undefined) return before;
      const end = this.#endOfLine(bytes, at);
      if (!this.#line.add(bytes, at, end)) return tooLarge('an event', this.#limits);
      if (end === bytes.length) break;
      at = end + 1;
      this.#afterReturn = bytes[end] === RETURN && at === bytes.length;
      if (bytes[end] === RETURN && bytes[at] === NEWLINE) at++;
      const fault = this.#endLine(give);
      if (fault !== undefined) return fault;
      out = at;
    }
    return this.#giveFound(bytes, give);
  }

  /** An event that is not whole is none. */
  end(): undefined {
    return undefined;
  }

  /** Whoever comes back goes on behind the last message that was given. */
  #giveFound(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    const fault = this.#found.give(bytes, give);
    if (fault !== undefined) this.#lastId = this.#idsBefore[this.#found.given] ?? this.#lastId;
    this.#idsBefore.length = 0;
    return fault;
  }

  get #isBetweenEvents(): boolean {
    return this.#line.sizeBytes === 0 && this.#fields.empty && !this.#afterReturn;
  }

  /** Where the first line begins: a byte order mark in front of all is left out, and what is left of the end of a line. */
  #begin(bytes: Uint8Array): number {
    let at = 0;
    for (; this.#markBytes !== undefined && at < bytes.length; at++) {
      if (bytes[at] === BYTE_ORDER_MARK[this.#markBytes]) {
        this.#markBytes = this.#markBytes === 2 ? undefined : this.#markBytes + 1;
        continue;
      }
      // What looked like a mark is the beginning of a line.
      this.#line.add(Uint8Array.from(BYTE_ORDER_MARK), 0, this.#markBytes);
      this.#markBytes = undefined;
      break;
    }
    if (this.#afterReturn && at < bytes.length) {
      this.#afterReturn = false;
      if (bytes[at] === NEWLINE) at++;
    }
    return at;
  }

  /** The plain event at `at`, if one lies there whole. Its id is undefined if it has none. */
  #plainEvent(
    bytes: Uint8Array,
    at: number,
    returnAt: number,
  ): { id: number | undefined; dataAt: number; newlineAt: number } | undefined {
    let dataAt = at;
    let id: number | undefined;
    if (startsWith(bytes, at, ID)) {
      const digitsAt = at + ID.length;
      id = 0;
      for (dataAt = digitsAt; dataAt - digitsAt <= MOST_DIGITS; dataAt++) {
        const digit = (bytes[dataAt] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        id = id * 10 + digit;
      }
      const digits = dataAt - digitsAt;
      const isShortest = digits === 1 || bytes[digitsAt] !== ZERO;
      if (digits === 0 || digits > MOST_DIGITS || !isShortest || bytes[dataAt++] !== NEWLINE)
        return undefined;
    }
    if (!startsWith(bytes, dataAt, DATA)) return undefined;
    dataAt += DATA.length;
    const newlineAt = bytes.indexOf(NEWLINE, dataAt);
    if (newlineAt <= dataAt || newlineAt > returnAt || bytes[newlineAt + 1] !== NEWLINE) return undefined;
    return newlineAt - dataAt > this.#limits.maximumMessageBytes ? undefined : { id, dataAt, newlineAt };
  }

  #endOfLine(bytes: Uint8Array, at: number): number {
    const newlineAt = indexOr(bytes, NEWLINE, at);
    const returnAt = bytes.subarray(at, newlineAt).indexOf(RETURN);
    return Math.min(returnAt < 0 ? newlineAt : at + returnAt, bytes.length);
  }

  #endLine(give: (batch: MessageBatch) => void): BodyFault | undefined {
    const { bytes } = this.#line;
    this.#line.clear();
    if (bytes.length > 0) return this.#fields.take(bytes);
    const { id, typed, data } = this.#fields.end();
    const isControl = this.#strict && typed;
    const payload = data !== undefined && isControl ? marked(data) : data;
    if (payload !== undefined && !this.#limits.isUtf8(payload)) return notUtf8();
    this.#lastId = id ?? this.#lastId;
    if (payload === undefined) return undefined;
    const batch = MessageBatch.of(payload, true);
    const seq = batch.seq(0);
    give(batch);
    if (!this.#strict || isControl) return undefined;
    return id !== undefined && id === String(seq) ? undefined : wrongId(id, seq);
  }
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[at + index] !== prefix[index]) return false;
  }
  return true;
}

/** Where the byte is from `at` on; behind all if it is not there. */
function indexOr(bytes: Uint8Array, byte: number, at: number): number {
  const index = bytes.indexOf(byte, at);
  return index < 0 ? bytes.length : index;
}

function marked(data: Uint8Array): Uint8Array {
  const payload = new Uint8Array(1 + data.length);
  payload[0] = MARK_BYTE;
  payload.set(data, 1);
  return payload;
}

function wrongId(id: number | string | undefined, seq: number | undefined): BodyFault | undefined {
  if (id === undefined)
    return { code: CLOSE.protocolError, reason: `an event came without an id${whose(seq)}` };
  const came = String(id);
  const shown = came.length > SHOWN_CHARACTERS ? `${came.slice(0, SHOWN_CHARACTERS)}…` : came;
  return { code: CLOSE.protocolError, reason: `an event has the id ${JSON.stringify(shown)}${whose(seq)}` };
}

function whose(seq: number | undefined): string {
  return seq === undefined ? ', and no seq' : `, and its message has the seq ${seq}`;
}

const SHOWN_CHARACTERS = 24;
/** `data: ` in front of a message. */
const LONGEST_FIELD_BYTES: number = DATA.length;
