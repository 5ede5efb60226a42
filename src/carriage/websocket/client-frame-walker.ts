import { MASK_BYTES, mask } from './mask.ts';

/** What comes next among a client's bytes. */
export type NextFrame =
  /** A plain text, whole; its payload is unmasked. */
  | 'text'
  /** Bytes for the strict decoder. */
  | 'strict'
  /** It needs more bytes to tell, or to have a text whole. */
  | 'part';

/**
 * Finds the plain text frames among what a client sends (RFC 6455, section 5.2): final, masked, without extension, outside
 * a fragmented message, their length in its shortest form, ASCII, and short. Receipts are. Whatever is not is for a
 * strict decoder, which is somebody else; what is neither a whole message nor a ping or pong, with all that follows.
 */
export class ClientFrameWalker {
  readonly #mostBytes: number;
  /** Bytes to come of a frame for the strict decoder. */
  #strictBytes = 0;
  /** Where what was found lies: the payload of a text, or what there is for the strict decoder. */
  start = 0;
  end = 0;

  /** @param mostBytes payloads larger than this are not plain, and are for the strict decoder in pieces of so many bytes */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether the next byte begins a frame that is looked at. */
  get atBorder(): boolean {
    return this.#strictBytes === 0;
  }

  /** Looks at what lies from `at` on, and sets `start` and `end`; the next look is to be at `end`, but for a part. */
  next(bytes: Uint8Array, at: number): NextFrame {
    if (this.#strictBytes === 0) {
      const found = this.#header(bytes, at);
      if (found !== 'strict') return found;
    }
    this.start = at;
    this.end = Math.min(bytes.length, at + Math.min(this.#strictBytes, this.#mostBytes));
    this.#strictBytes -= this.end - at;
    return 'strict';
  }

  /** From now on everything is for the strict decoder. */
  giveUp(): void {
    this.#strictBytes = Number.POSITIVE_INFINITY;
  }

  #header(bytes: Uint8Array, at: number): NextFrame {
    const left = bytes.length - at;
    if (left < SHORT_HEADER_BYTES) return 'part';
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const wholeFrame =
      first === FINAL_TEXT || first === FINAL_BINARY || first === FINAL_PING || first === FINAL_PONG;
    if (!wholeFrame || second < MASKED || second === MASKED + LENGTH_64) {
      this.giveUp();
      return 'strict';
    }
    let payload = at + SHORT_HEADER_BYTES + MASK_BYTES;
    let size = second - MASKED;
    if (size === LENGTH_16) {
      if (left < SHORT_HEADER_BYTES + 2) return 'part';
      size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      payload += 2;
      if (size < LENGTH_16 || first > FINAL_BINARY) {
        this.giveUp(); // not the shortest form, or a long ping
        return 'strict';
      }
    }
    const end = payload + size;
    if (first === FINAL_TEXT && size <= this.#mostBytes) {
      if (end > bytes.length) return 'part';
      if (unmaskAscii(bytes, payload, end)) {
        this.start = payload;
        this.end = end;
        return 'text';
      }
    }
    this.#strictBytes = end - at;
    return 'strict';
  }
}

/** Unmasks a payload where it lies if it is ASCII; else it stays as it was. */
function unmaskAscii(bytes: Uint8Array, start: number, end: number): boolean {
  if (mask(bytes, start, end) < 0x80) return true;
  mask(bytes, start, end);
  return false;
}

const SHORT_HEADER_BYTES = 2;
const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const FINAL_PING = 0x89;
const FINAL_PONG = 0x8a;
const MASKED = 0x80;
/** A length from here on takes two bytes more, or eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
