import {
  CLOSE_CODE,
  CONTROL_BIT,
  FINAL,
  headBytesOf,
  isCloseCode,
  keyAfter,
  keyAt,
  LONGEST_HEAD_BYTES,
  lengthBytesOf,
  MASK_BYTES,
  MASKED,
  MOST_CONTROL_BYTES,
  mask,
  OPCODE,
  OPCODE_BITS,
  payloadBytesOf,
  RESERVED_BITS,
  SHORT_LENGTH_BITS,
  SHORTEST_HEAD_BYTES,
} from './frame.ts';
import { UnfinishedMessage } from './unfinished-message.ts';

/** Receives what a reader finds. A taker may keep payloads; one that arrived in one piece is a view of the bytes that were read. */
export interface FrameTaker {
  message(payload: Uint8Array, text: boolean): void;
  pinged(payload: Uint8Array): void;
  ponged(payload: Uint8Array): void;
  /** The last call: a close frame came, with this code, or 1005 for one without a code. */
  closing(code: number, reason: string): void;
  /** The last call: the input violates RFC 6455 or a limit. The code is the one to close with. */
  broken(code: number, reason: string): void;
}

/** The rules that all connections of one end share. */
export interface ReaderRules {
  /** Whether frames must be masked (those of a client) or must not be (those of a server). */
  readonly masked: boolean;
  readonly mostMessageBytes: number;
  /** Checks UTF-8; called only for bytes that are not all ASCII. */
  isUtf8(bytes: Uint8Array): boolean;
}

const NOTHING = new Uint8Array(0);
const ASCII_END = 0x80;
/** Stands for bytes whose bits were not looked at. */
const ANY_BITS = 0xff;

/**
 * Reads frames (RFC 6455, section 5) from chunks split anywhere, and reports whole messages and control frames in order.
 *
 * A message that arrives in one piece is passed on without copying; others are an `UnfinishedMessage` until they are whole. A
 * violation is reported as soon as it can be known, and ends the reader. Lengths need not be in their shortest form.
 */
export class FrameReader {
  readonly #rules: ReaderRules;
  /** The start of a head that is not complete yet. */
  #head: Uint8Array = NOTHING;
  #headBytes = 0;
  /** The current frame: its first byte, how much payload is still to come, and the key for it. */
  #first = 0;
  #leftBytes = 0;
  #key = 0;
  #inPayload = false;
  /** The unfinished message: its opcode, the sizes that its frames announced so far, and the bytes received, if there are any. */
  #opcode = 0;
  #saidBytes = 0;
  #message: UnfinishedMessage | undefined;
  /** The OR of all its bytes. */
  #bits = 0;
  /** An unfinished control frame, which may stand between the fragments of a message. */
  #control: Uint8Array = NOTHING;
  #controlBytes = 0;
  #over = false;

  constructor(rules: ReaderRules) {
    this.#rules = rules;
  }

  /** Whether the reader has ended: the peer closed, or the input was invalid. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether no frame or message is under way: what comes next begins a message or a control frame. */
  get between(): boolean {
    return !this.#over && !this.#inPayload && this.#headBytes === 0 && this.#opcode === 0;
  }

  /**
   * Reads to the end of one frame, or all there is. Call again with the rest.
   *
   * @param bytes unmasked in place
   * @returns the index of the first byte that was not used
   */
  read(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): number {
    if (this.#over) return end;
    if (this.#inPayload) return this.#readPayload(bytes, at, end, taker);
    return this.#headBytes === 0
      ? this.#readHead(bytes, at, end, taker)
      : this.#readRestOfHead(bytes, at, end, taker);
  }

  /** Completes a head that arrived in pieces. */
  #readRestOfHead(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): number {
    const before = this.#headBytes;
    const moreBytes = Math.min(LONGEST_HEAD_BYTES - before, end - at);
    this.#head.set(bytes.subarray(at, at + moreBytes), before);
    const head = this.#head;
    this.#headBytes = 0;
    const used = this.#takeHead(head, 0, before + moreBytes, taker);
    if (this.#over) return end;
    if (used === 0) {
      this.#headBytes = before + moreBytes;
      return end;
    }
    this.#head = NOTHING;
    return this.#readPayload(bytes, at + used - before, end, taker);
  }

  #readHead(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): number {
    const used = this.#takeHead(bytes, at, end, taker);
    if (this.#over) return end;
    if (used > 0) return this.#readPayload(bytes, at + used, end, taker);
    this.#head = new Uint8Array(LONGEST_HEAD_BYTES);
    this.#head.set(bytes.subarray(at, end));
    this.#headBytes = end - at;
    return end;
  }

  /** @returns the size of the head; 0 if it is incomplete or invalid */
  #takeHead(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): number {
    if (end - at < SHORTEST_HEAD_BYTES) return 0;
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const wrong = this.#wrong(first, second);
    if (wrong !== undefined) return this.#break(CLOSE_CODE.protocolError, wrong, taker);
    if (end - at < SHORTEST_HEAD_BYTES + lengthBytesOf(second)) return 0;
    const payloadBytes = payloadBytesOf(bytes, at);
    const isControl = (first & CONTROL_BIT) !== 0;
    const { mostMessageBytes } = this.#rules;
    if (!isControl && this.#saidBytes + payloadBytes > mostMessageBytes)
      return this.#break(CLOSE_CODE.tooLarge, `a message is larger than ${mostMessageBytes} bytes`, taker);
    const headBytes = headBytesOf(second);
    if (end - at < headBytes) return 0;
    this.#first = first;
    this.#leftBytes = payloadBytes;
    this.#inPayload = true;
    if (this.#rules.masked) this.#key = keyAt(bytes, at + headBytes - MASK_BYTES);
    if (isControl) return headBytes;
    this.#saidBytes += payloadBytes;
    if (this.#opcode === 0) this.#opcode = first & OPCODE_BITS;
    return headBytes;
  }

  /** What is wrong with a frame's first two bytes, if anything is. */
  #wrong(first: number, second: number): string | undefined {
    const opcode = first & OPCODE_BITS;
    if ((first & RESERVED_BITS) !== 0) return 'a reserved bit is set';
    if ((opcode & CONTROL_BIT) !== 0) {
      if (opcode > OPCODE.pong) return `there is no opcode ${opcode}`;
      if ((first & FINAL) === 0) return 'a control frame is a fragment';
      const short = second & SHORT_LENGTH_BITS;
      if (short > MOST_CONTROL_BYTES) return `a control frame has more than ${MOST_CONTROL_BYTES} bytes`;
      if (opcode === OPCODE.close && short === 1) return 'a close has half a code';
    } else {
      if (opcode > OPCODE.binary) return `there is no opcode ${opcode}`;
      if (opcode === OPCODE.continuation && this.#opcode === 0) return 'nothing is there to be continued';
      if (opcode !== OPCODE.continuation && this.#opcode !== 0) return 'a message begins within another';
    }
    if (((second & MASKED) !== 0) === this.#rules.masked) return undefined;
    return this.#rules.masked ? 'a client must mask its frames' : 'a server must not mask its frames';
  }

  #readPayload(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): number {
    const partBytes = Math.min(this.#leftBytes, end - at);
    if (partBytes === 0 && this.#leftBytes > 0) return end;
    const partEnd = at + partBytes;
    const bits = this.#rules.masked ? mask(bytes, at, partEnd, this.#key) : ANY_BITS;
    const whole = partBytes === this.#leftBytes;
    this.#leftBytes -= partBytes;
    if (!whole) this.#key = keyAfter(this.#key, partBytes);
    else this.#inPayload = false;
    if ((this.#first & CONTROL_BIT) !== 0) this.#readControl(bytes, at, partEnd, taker);
    else this.#readMessage(bytes, at, partEnd, bits, taker);
    return partEnd;
  }

  #readControl(bytes: Uint8Array, at: number, end: number, taker: FrameTaker): void {
    const whole = !this.#inPayload;
    if (whole && this.#controlBytes === 0) return this.#tellControl(bytes.subarray(at, end), taker);
    if (this.#controlBytes === 0) this.#control = new Uint8Array(MOST_CONTROL_BYTES);
    this.#control.set(bytes.subarray(at, end), this.#controlBytes);
    this.#controlBytes += end - at;
    if (!whole) return;
    const payload = this.#control.subarray(0, this.#controlBytes);
    this.#control = NOTHING;
    this.#controlBytes = 0;
    this.#tellControl(payload, taker);
  }

  #tellControl(payload: Uint8Array, taker: FrameTaker): void {
    const opcode = this.#first & OPCODE_BITS;
    if (opcode === OPCODE.ping) return taker.pinged(payload);
    if (opcode === OPCODE.pong) return taker.ponged(payload);
    if (payload.length === 0) {
      this.#over = true;
      return taker.closing(CLOSE_CODE.none, '');
    }
    const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    const reason = payload.subarray(2);
    if (!isCloseCode(code)) {
      this.#break(CLOSE_CODE.protocolError, `no close may have the code ${code}`, taker);
    } else if (!this.#rules.isUtf8(reason)) {
      this.#break(CLOSE_CODE.notUtf8, 'the reason of a close is not UTF-8', taker);
    } else {
      this.#over = true;
      taker.closing(code, new TextDecoder().decode(reason));
    }
  }

  #readMessage(bytes: Uint8Array, at: number, end: number, bits: number, taker: FrameTaker): void {
    const whole = !this.#inPayload && (this.#first & FINAL) !== 0;
    this.#bits |= bits;
    if (whole && this.#message === undefined) return this.#tellMessage(bytes.subarray(at, end), taker);
    if (at < end) this.#message ??= new UnfinishedMessage(this.#rules.mostMessageBytes);
    this.#message?.append(bytes, at, end);
    if (whole) this.#tellMessage(this.#message?.whole() ?? NOTHING, taker);
  }

  #tellMessage(payload: Uint8Array, taker: FrameTaker): void {
    const text = this.#opcode === OPCODE.text;
    const ascii = this.#bits < ASCII_END;
    this.#opcode = 0;
    this.#saidBytes = 0;
    this.#message = undefined;
    this.#bits = 0;
    if (!text || ascii || this.#rules.isUtf8(payload)) taker.message(payload, text);
    else this.#break(CLOSE_CODE.notUtf8, 'a text message is not UTF-8', taker);
  }

  /** @returns 0 */
  #break(code: number, reason: string, taker: FrameTaker): number {
    this.#over = true;
    this.#message = undefined;
    this.#control = NOTHING;
    taker.broken(code, reason);
    return 0;
  }
}
