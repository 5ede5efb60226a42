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
/** Numbers of up to this many digits are exact. */
const MOST_DIGITS = 15;

/**
 * Reads server-sent events (HTML, section 9.2). A message is the data of an event, whatever the event's type. An event without
 * data, which only sets the id to resume with or keeps the connection alive, is no message.
 *
 * Nearly all events of a fast stream are plain: a number as id, one line of data, LF line ends, and complete within the chunk. These
 * are moved together, as the digest wants them, and given as one batch. Anything else is read line by line, until the next plain
 * event.
 */
export class EventStreamReader implements BodyReader {
  readonly #limits: EventLimits;
  readonly #strict: boolean;
  readonly #found: FoundMessages;
  readonly #line: GrowingBytes;
  readonly #fields: EventFields;
  /** How many bytes of a byte order mark have come; undefined once it is complete, or something else has come. */
  #markBytes: number | undefined = 0;
  /** Whether the last line ended with CR, so that a LF that follows belongs to its end. */
  #afterReturn = false;
  /** The last id; and for each message found and not given yet, the id before it. */
  #lastId: number | string;
  readonly #idsBefore: (number | string)[] = [];

  /**
   * @param limits.lastEventId the previous connection's, which applies until an event has an id
   * @param limits.speaks whether the server speaks `tidemark.v1`. If so, an event with a type is a control message, which is given with
   *   its mark in front, and every other event's id must be the seq of its message, since clients that can't parse messages
   *   resume by the id
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

  eventIdBehind(taken: number): string {
    return String(this.#idsBefore[taken] ?? this.#lastId);
  }

  get retryMs(): number | undefined {
    return this.#fields.retryMs;
  }

  take(read: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    const bytes = arrayOf(read);
    let at = this.#begin(bytes);
    /** Where the next plain event's data is moved to. */
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
      // The next message will not lie right behind these, so they are given first.
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

  /** An incomplete event is discarded. */
  end(): undefined {
    return undefined;
  }

  /** After a fault the id is that of the last message given, so that a client resumes right behind it. */
  #giveFound(bytes: Uint8Array, give: (batch: MessageBatch) => void): BodyFault | undefined {
    const fault = this.#found.give(bytes, give);
    if (fault !== undefined) this.#lastId = this.#idsBefore[this.#found.given] ?? this.#lastId;
    this.#idsBefore.length = 0;
    return fault;
  }

  get #isBetweenEvents(): boolean {
    return this.#line.sizeBytes === 0 && this.#fields.empty && !this.#afterReturn;
  }

  /** Skips a leading byte order mark, and a LF that belongs to the last chunk's CR. @returns where the first line begins */
  #begin(bytes: Uint8Array): number {
    let at = 0;
    for (; this.#markBytes !== undefined && at < bytes.length; at++) {
      if (bytes[at] === BYTE_ORDER_MARK[this.#markBytes]) {
        this.#markBytes = this.#markBytes === 2 ? undefined : this.#markBytes + 1;
        continue;
      }
      // What looked like a mark is the start of a line.
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

  /** The plain event at `at`, if there is a complete one. */
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

/** The index of the byte from `at` on; the length if it is missing. */
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
/** The room for `data: ` in front of a message. */
const LONGEST_FIELD_BYTES: number = DATA.length;
