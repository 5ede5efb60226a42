import { TOO_LARGE } from '../../session/close-codes.ts';
import { GrowingBytes } from '../../stream/growing-bytes.ts';
import { type BodyFault, type BodyLimits, tooLarge } from './body-reader.ts';

const NEWLINE = Uint8Array.of(0x0a);
const COLON = 0x3a;
const SPACE = 0x20;
const NUL = 0x00;
const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** A whole event. */
export interface EventEnd {
  /** Its own id, which may be empty; undefined if it has none. */
  readonly id: string | undefined;
  /** Whether it has a type other than `message`. */
  readonly typed: boolean;
  /** Its lines of data, joined; undefined if they are empty. Valid until the next line is taken. */
  readonly data: Uint8Array | undefined;
}

/** Assembles an event from its lines (HTML, section 9.2.6). */
export class EventFields {
  retryMs: number | undefined;
  readonly #limits: EventLimits;
  readonly #data: GrowingBytes;
  #dataLines = 0;
  #id: string | undefined;
  #typed = false;

  constructor(limits: EventLimits) {
    this.#limits = limits;
    this.#data = new GrowingBytes(limits.maximumMessageBytes);
  }

  /** Whether nothing of the next event has been taken yet. */
  get empty(): boolean {
    return this.#dataLines === 0 && this.#id === undefined && !this.#typed;
  }

  /** Takes a line that is not empty. A line without a field name, which begins with a colon, is a comment. */
  take(line: Uint8Array): BodyFault | undefined {
    const colon = line.indexOf(COLON);
    const nameEnd = colon < 0 ? line.length : colon;
    if (nameEnd === 0 || nameEnd > LONGEST_NAME_BYTES) return undefined;
    const valueAt = nameEnd + (line[nameEnd + 1] === SPACE ? 2 : 1);
    const value = line.subarray(Math.min(valueAt, line.length));
    switch (TEXT.decode(line.subarray(0, nameEnd))) {
      case 'data':
        return this.#addData(value) ? undefined : tooLarge('an event', this.#limits);
      case 'event':
        this.#typed =
          value.length > 0 && TEXT.decode(value.subarray(0, USUAL_TYPE.length + 1)) !== USUAL_TYPE;
        return undefined;
      case 'id':
        return this.#takeId(value);
      case 'retry': {
        const digits = TEXT.decode(value.subarray(0, MOST_DIGITS));
        if (/^\d+$/.test(digits)) this.retryMs = Number(digits);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** Ends the event, at an empty line. */
  end(): EventEnd {
    const { bytes } = this.#data;
    const event = { id: this.#id, typed: this.#typed, data: bytes.length === 0 ? undefined : bytes };
    this.#data.clear();
    this.#dataLines = 0;
    this.#id = undefined;
    this.#typed = false;
    return event;
  }

  #addData(value: Uint8Array): boolean {
    const joined = this.#dataLines++ === 0 || this.#data.add(NEWLINE, 0, NEWLINE.length);
    return joined && this.#data.add(value, 0, value.length);
  }

  #takeId(value: Uint8Array): BodyFault | undefined {
    const { eventIdBytes } = this.#limits;
    if (value.length > eventIdBytes)
      return { code: TOO_LARGE, reason: `the id of an event is larger than ${eventIdBytes} bytes` };
    if (!value.includes(NUL)) this.#id = TEXT.decode(value);
    return undefined;
  }
}

export interface EventLimits extends BodyLimits {
  /** The longest id of an event, in bytes: it goes back to the server in a header. */
  readonly eventIdBytes: number;
}

const LONGEST_NAME_BYTES = 5;
const USUAL_TYPE = 'message';
/** More digits make a wait longer than any run. */
const MOST_DIGITS = 15;
