import { MASK_BYTES } from './mask.ts';

/** Pieces of a message that are handed on before it is whole: less than that is kept here, in one piece of memory. */
const PIECE_BYTES = 16_384;
const FIRST_PIECE_BYTES = 256;
const LONGEST_HEADER_BYTES = 10 + MASK_BYTES;
/** All of a control frame: its payload has 125 bytes at the most (RFC 6455, section 5.5). */
const LONGEST_CONTROL_BYTES = 2 + MASK_BYTES + 125;

/**
 * Stands before a strict decoder, which keeps every fragment, and every read of one that is not whole, as an object of its
 * own: a byte of an unfinished message could cost a hundred. Here such bytes are put one behind the other, and handed on as
 * few large fragments, so that an unfinished message takes its bytes and little more, however it was cut (RFC 6455,
 * section 5.4: fragments have no meaning of their own).
 *
 * Control frames go on at once. What breaks the protocol goes on as it came, and all behind it: to judge it is the decoder's.
 */
export class FragmentJoiner {
  readonly #masked: boolean;
  readonly #mostBytes: number;
  readonly #hand: (bytes: Buffer) => void;
  /** What has come of a header, and of a control frame behind it. */
  readonly #head: Buffer = Buffer.alloc(LONGEST_CONTROL_BYTES);
  #headBytes = 0;
  /** Bytes to come of the payload of a data frame. */
  #leftBytes = 0;
  /** Whether its header is whole. */
  #inPayload = false;
  #final = false;
  readonly #key: Uint8Array = new Uint8Array(MASK_BYTES);
  #keyAt = 0;
  /** What the next fragment that is handed on begins with: the opcode of the message, or that of a continuation. */
  #opcode = CONTINUATION;
  #inMessage = false;
  #messageBytes = 0;
  /** Room for a header, and then what is kept of the payload. */
  #piece: Buffer = NOTHING;
  #pieceBytes = 0;
  #broken = false;

  /**
   * @param options.masked whether frames are, as a client's must be
   * @param options.mostBytes of a message: a frame that goes beyond it goes on as it came
   * @param hand gets whole frames, in memory that is its own
   */
  constructor(options: { masked: boolean; mostBytes: number }, hand: (bytes: Buffer) => void) {
    this.#masked = options.masked;
    this.#mostBytes = options.mostBytes;
    this.#hand = hand;
  }

  /** Takes what was read, cut anywhere; the memory is not kept. */
  take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#broken) {
      at = this.#inPayload ? this.#takePayload(bytes, at) : this.#takeHead(bytes, at);
    }
    if (!this.#broken) return;
    const rest = Buffer.concat([this.#head.subarray(0, this.#headBytes), bytes.subarray(at)]);
    this.#headBytes = 0;
    if (rest.length > 0) this.#hand(rest);
  }

  /** Takes a byte of a header, or of a control frame: those are short. */
  #takeHead(bytes: Uint8Array, at: number): number {
    const head = this.#head;
    head[this.#headBytes++] = bytes[at] ?? 0;
    if (this.#headBytes < 2) return at + 1;
    const [first = 0, second = 0] = head;
    const short = second & 0x7f;
    const lengthBytes = short < LENGTH_16 ? 0 : short === LENGTH_16 ? 2 : 8;
    const headerBytes = 2 + lengthBytes + (this.#masked ? MASK_BYTES : 0);
    if (this.#headBytes === 2 && this.#isBroken(first, second)) return this.#giveUp(at + 1);
    if ((first & CONTROL) !== 0) {
      if (this.#headBytes === headerBytes + short) this.#handHead();
      return at + 1;
    }
    if (this.#headBytes < headerBytes) return at + 1;
    const length = lengthBytes === 0 ? short : Number(lengthOf(head, lengthBytes));
    if (this.#messageBytes + length > this.#mostBytes) return this.#giveUp(at + 1);
    this.#begin(first, length, headerBytes);
    return at + 1;
  }

  /** What can be told by two bytes: that this is no frame that a message has now. */
  #isBroken(first: number, second: number): boolean {
    const opcode = first & 0x0f;
    const final = (first & FINAL) !== 0;
    if ((first & RESERVED) !== 0 || second >= MASKED !== this.#masked) return true;
    if (opcode >= CONTROL) return opcode > PONG || !final || (second & 0x7f) >= LENGTH_16;
    return opcode > BINARY || (opcode === CONTINUATION) !== this.#inMessage;
  }

  #handHead(): void {
    const frame = Buffer.from(this.#head.subarray(0, this.#headBytes));
    this.#headBytes = 0;
    this.#hand(frame);
  }

  /** What is kept goes on; then go this header, and all that follows. */
  #giveUp(at: number): number {
    this.#broken = true;
    if (this.#inMessage && (this.#pieceBytes > 0 || this.#opcode !== CONTINUATION)) this.#handPiece(false);
    return at;
  }

  #begin(first: number, length: number, headerBytes: number): void {
    if (!this.#inMessage) this.#opcode = first & 0x0f;
    this.#inMessage = true;
    this.#final = (first & FINAL) !== 0;
    this.#key.set(this.#head.subarray(headerBytes - MASK_BYTES, headerBytes));
    this.#keyAt = 0;
    this.#headBytes = 0;
    this.#messageBytes += length;
    this.#leftBytes = length;
    this.#inPayload = true;
    if (length === 0) this.#end();
  }

  #takePayload(bytes: Uint8Array, at: number): number {
    const room = PIECE_BYTES - this.#pieceBytes;
    const part = bytes.subarray(at, at + Math.min(this.#leftBytes, room));
    this.#reserve(Math.min(this.#leftBytes, room));
    const start = LONGEST_HEADER_BYTES + this.#pieceBytes;
    this.#piece.set(part, start);
    if (this.#masked) this.#unmask(start, start + part.length);
    this.#pieceBytes += part.length;
    this.#leftBytes -= part.length;
    if (this.#leftBytes === 0) this.#end();
    else if (this.#pieceBytes === PIECE_BYTES) this.#handPiece(false);
    return at + part.length;
  }

  /** A frame is whole. */
  #end(): void {
    this.#inPayload = false;
    if (!this.#final) {
      if (this.#pieceBytes === PIECE_BYTES) this.#handPiece(false);
      return;
    }
    this.#handPiece(true);
    this.#inMessage = false;
    this.#messageBytes = 0;
  }

  #unmask(start: number, end: number): void {
    const key = this.#key;
    const piece = this.#piece;
    let keyAt = this.#keyAt;
    for (let at = start; at < end; at++) piece[at] = (piece[at] ?? 0) ^ (key[keyAt++ & 3] ?? 0);
    this.#keyAt = keyAt & 3;
  }

  #reserve(moreBytes: number): void {
    const needed = LONGEST_HEADER_BYTES + this.#pieceBytes + moreBytes;
    if (needed <= this.#piece.length) return;
    const doubled = Math.min(2 * this.#piece.length, LONGEST_HEADER_BYTES + PIECE_BYTES);
    const piece = Buffer.allocUnsafeSlow(Math.max(needed, doubled, FIRST_PIECE_BYTES));
    piece.set(this.#piece.subarray(0, LONGEST_HEADER_BYTES + this.#pieceBytes));
    this.#piece = piece;
  }

  /** Hands on what is kept, as one frame, whose mask is 0. */
  #handPiece(final: boolean): void {
    this.#reserve(0);
    const size = this.#pieceBytes;
    const lengthBytes = size < LENGTH_16 ? 0 : 2;
    const start = LONGEST_HEADER_BYTES - (this.#masked ? MASK_BYTES : 0) - lengthBytes - 2;
    const frame = this.#piece.subarray(start, LONGEST_HEADER_BYTES + size);
    frame.fill(0, 0, LONGEST_HEADER_BYTES - start);
    frame[0] = (final ? FINAL : 0) | this.#opcode;
    frame[1] = (this.#masked ? MASKED : 0) | (lengthBytes === 0 ? size : LENGTH_16);
    if (lengthBytes > 0) frame.writeUInt16BE(size, 2);
    this.#piece = NOTHING;
    this.#pieceBytes = 0;
    this.#opcode = CONTINUATION;
    this.#hand(frame);
  }
}

function lengthOf(head: Buffer, lengthBytes: number): number | bigint {
  return lengthBytes === 2 ? head.readUInt16BE(2) : head.readBigUInt64BE(2);
}

const NOTHING = Buffer.alloc(0);
const FINAL = 0x80;
const RESERVED = 0x70;
const CONTROL = 0x08;
const CONTINUATION = 0;
const BINARY = 2;
const PONG = 10;
const MASKED = 0x80;
/** A length from here on takes two bytes more, or eight. */
const LENGTH_16 = 126;
