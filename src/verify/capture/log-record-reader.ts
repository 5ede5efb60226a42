import { GrowingBytes } from '../../stream/growing-bytes.ts';
import { MAXIMUM_MESSAGE_BYTES, parseBounded } from './bounded-json.ts';

/** The most of a record besides its messages; a run's URL is the longest part. */
const MAXIMUM_BESIDE_BYTES = 1_048_576;

const BLOCK_START = new TextEncoder().encode('{"record":"block"');
const MESSAGES_KEY = /"messages"[ \t]*:[ \t]*\[$/;
const KEY_BYTES = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACE = 0x7d;
const CLOSING_BRACKET = 0x5d;
const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0d]);
/** Open brackets and braces inside the list of messages. */
const MESSAGES_DEPTH = 2;

/**
 * Reads one record of a block log, whose line may be far longer than a string can be: a block has up to a million
 * messages. It passes messages on one by one, and keeps one of them and what is beside them.
 */
export class LogRecordReader {
  readonly #onMessage: (message: unknown) => boolean;
  readonly #beside = new GrowingBytes(MAXIMUM_BESIDE_BYTES);
  readonly #message: GrowingBytes;
  #place: 'beside' | 'between' | 'message' = 'beside';
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** What may follow, besides the end of the messages. */
  #next: 'first' | 'comma' | 'message' = 'first';
  #broken = false;

  /**
   * @param onMessage called with each object in a block's `messages`; returns false for one that is no message, which
   *   makes the record damaged
   * @param maximumMessageBytes a longer message makes it damaged, too
   */
  constructor(onMessage: (message: unknown) => boolean, maximumMessageBytes: number = MAXIMUM_MESSAGE_BYTES) {
    this.#onMessage = onMessage;
    this.#message = new GrowingBytes(maximumMessageBytes);
  }

  /** The next bytes [start, end) of the line. */
  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#broken) {
      at = this.#place === 'between' ? this.#takeBetween(bytes, at) : this.#takeValue(bytes, at, end);
    }
  }

  /** The end of the line. @returns the record, with an empty list of messages; undefined if it is damaged */
  finish(): Record<string, unknown> | undefined {
    if (this.#broken || this.#depth !== 0) return undefined;
    const record = parseBounded(this.#beside.bytes);
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : undefined;
  }

  /** Takes the byte at `at`, between two messages. @returns where to go on */
  #takeBetween(bytes: Uint8Array, at: number): number {
    const byte = bytes[at];
    if (byte === OPENING_BRACE && this.#next !== 'comma') {
      this.#place = 'message';
      return at; // the first byte of the message
    }
    if (byte === CLOSING_BRACKET && this.#next !== 'message') {
      this.#place = 'beside';
      return at; // the list itself is kept, without its contents
    }
    if (byte === COMMA && this.#next === 'comma') this.#next = 'message';
    else if (!SPACES.has(byte)) this.#broken = true;
    return at + 1;
  }

  /** Takes bytes up to where the messages, or one of them, begin or end. @returns where to go on */
  #takeValue(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      if (this.#inString) {
        at = this.#takeString(bytes, at, end) - 1;
        continue;
      }
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#inString = true;
      } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
        this.#depth++;
        if (byte === OPENING_BRACKET && this.#place === 'beside' && this.#depth === MESSAGES_DEPTH) {
          this.#keep(bytes, start, at + 1);
          if (this.#opensMessages()) {
            this.#place = 'between';
            this.#next = 'first';
          }
          return at + 1;
        }
      } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        this.#depth--;
        if (this.#place === 'message' && this.#depth === MESSAGES_DEPTH) {
          this.#keep(bytes, start, at + 1);
          this.#tellMessage();
          return at + 1;
        }
      }
    }
    this.#keep(bytes, start, end);
    return end;
  }

  /** Skips a string; most of a log is strings. @returns the place after its closing quote, or `end` if it goes on */
  #takeString(bytes: Uint8Array, start: number, end: number): number {
    let at = this.#escaped ? start + 1 : start;
    while (at < end) {
      const byte = bytes[at++];
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.#inString = false;
        break;
      }
    }
    this.#escaped = at > end;
    return Math.min(at, end);
  }

  /** Whether the bracket that was just kept opens the messages of a block. */
  #opensMessages(): boolean {
    const { bytes } = this.#beside;
    const isBlock = BLOCK_START.every((byte, index) => bytes[index] === byte);
    return isBlock && MESSAGES_KEY.test(new TextDecoder().decode(bytes.subarray(-KEY_BYTES)));
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const kept = this.#place === 'message' ? this.#message : this.#beside;
    if (!kept.add(bytes, start, end)) this.#broken = true;
  }

  #tellMessage(): void {
    const message = parseBounded(this.#message.bytes);
    this.#message.clear();
    this.#place = 'between';
    this.#next = 'comma';
    if (message === undefined || !this.#onMessage(message)) this.#broken = true;
  }
}
