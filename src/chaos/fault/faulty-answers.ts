import { closeFrame } from '../../carriage/websocket/frame/frame-writer.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { type FaultStep, FaultyMessages } from './faulty-messages.ts';
import { FRAMES_FORM } from './frames-form.ts';
import { joinedBytes } from './joined-bytes.ts';
import { type Following, followingHead } from './response-head.ts';
import { UnusedBytes } from './unused-bytes.ts';

/** Where in the answers it is; within a body the bytes that are left of a part of it are in `#leftBytes`. */
type AnswerPart = 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'trailers' | 'opaque';

const LONGEST_HEAD_BYTES = 65_536;
const LONGEST_LINE_BYTES = 8192;
const NEWLINE = 10;
const RETURN = 13;
const END_OF_LINE = Uint8Array.of(RETURN, NEWLINE);
const END_OF_HEAD = Uint8Array.of(RETURN, NEWLINE, RETURN, NEWLINE);
const NOTHING = new Uint8Array(0);
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('latin1');

/**
 * The bytes of one connection from the server to the client, with faults in the messages of its streams, which are those of a
 * WebSocket, or lines or server-sent events in the body of a response. Heads, trailers and answers that are no streams pass
 * unharmed, and so does all that is not understood.
 */
export class FaultyAnswers {
  readonly #scheduled: () => FaultSchedule;
  readonly #unused = new UnusedBytes();
  #place: AnswerPart = 'head';
  #leftBytes = 0;
  /** Of the head: how many bytes are known not to hold its end. */
  #searchedBytes = 0;
  #following: Following | undefined;
  /** The stream that is under way. */
  #messages: FaultyMessages | undefined;

  /** @param scheduled what goes wrong on the next stream */
  constructor(scheduled: () => FaultSchedule) {
    this.#scheduled = scheduled;
  }

  /** Whether a message waits for the next one, which is to overtake it. */
  get holdsMessage(): boolean {
    return this.#messages?.holdsMessage ?? false;
  }

  push(chunk: Uint8Array): FaultStep[] {
    const bytes = this.#unused.append(chunk);
    const steps: FaultStep[] = [];
    let at = 0;
    for (let before = -1; at < bytes.length && at !== before; ) {
      before = at;
      at = this.#take(bytes, at, steps);
    }
    this.#unused.use(at);
    return steps;
  }

  /** The message that waits goes on, though none has overtaken it. */
  release(): Uint8Array {
    return this.#wrapped(this.#messages?.release() ?? NOTHING);
  }

  /** What is left at the end. */
  finish(): Uint8Array {
    return joinedBytes(this.#wrapped(this.#messages?.finish() ?? NOTHING), this.#unused.take());
  }

  /** What ends the stream that is under way with a close code, as far as its carriage can say one. */
  closing(code: number): Uint8Array {
    if (this.#following?.form === FRAMES_FORM) return closeFrame(code, '');
    if (this.#messages === undefined || !this.#isChunked) return NOTHING;
    return ENCODER.encode(`0\r\nTidemark-Close: ${code}\r\n\r\n`);
  }

  get #isChunked(): boolean {
    return this.#following?.end === 'last chunk';
  }

  /** @returns up to where the bytes are used */
  #take(bytes: Uint8Array, at: number, steps: FaultStep[]): number {
    switch (this.#place) {
      case 'head':
        return this.#takeHead(bytes, at, steps);
      case 'body':
      case 'chunk': {
        const end = Math.min(bytes.length, at + this.#leftBytes);
        this.#leftBytes -= end - at;
        this.#takeBody(bytes.slice(at, end), steps);
        if (this.#leftBytes === 0) this.#place = this.#place === 'chunk' ? 'chunk end' : 'head';
        return end;
      }
      case 'chunk size':
        return this.#takeLine(bytes, at, steps, (line) => {
          const size = /^([\da-f]{1,12})\s*(?:;|$)/i.exec(line)?.[1];
          if (size === undefined) return false;
          this.#leftBytes = Number.parseInt(size, 16);
          this.#place = this.#leftBytes === 0 ? 'trailers' : 'chunk';
          if (this.#leftBytes > 0) return true;
          emit(steps, this.#wrapped(this.#messages?.finish() ?? NOTHING));
          emit(steps, ENCODER.encode('0\r\n'));
          return true;
        });
      case 'chunk end':
        return this.#takeLine(bytes, at, steps, (line) => {
          this.#place = 'chunk size';
          return line === '';
        });
      case 'trailers':
        return this.#takeLine(bytes, at, steps, (line) => {
          emit(steps, ENCODER.encode(`${line}\r\n`));
          if (line === '') this.#beginHead();
          return true;
        });
      case 'opaque':
        emit(steps, bytes.slice(at));
        return bytes.length;
    }
  }

  #takeHead(bytes: Uint8Array, at: number, steps: FaultStep[]): number {
    const end = endOfHead(bytes, at, this.#searchedBytes);
    this.#searchedBytes = bytes.length - at;
    if (end === undefined && bytes.length - at < LONGEST_HEAD_BYTES) return at;
    if (end === undefined || end - at > LONGEST_HEAD_BYTES) {
      this.#place = 'opaque';
      return at;
    }
    this.#searchedBytes = 0;
    const following = followingHead(DECODER.decode(bytes.subarray(at, end - END_OF_HEAD.length)));
    emit(steps, bytes.slice(at, end));
    this.#following = following;
    if (following.form !== undefined) this.#messages = new FaultyMessages(following.form, this.#scheduled);
    if (following.end === 'last chunk') {
      this.#place = 'chunk size';
    } else if (following.end !== 0) {
      this.#leftBytes = following.end === 'end of connection' ? Number.POSITIVE_INFINITY : following.end;
      this.#place = 'body';
    }
    return end;
  }

  #beginHead(): void {
    this.#place = 'head';
    this.#following = undefined;
    this.#messages = undefined;
  }

  #takeBody(bytes: Uint8Array, steps: FaultStep[]): void {
    if (this.#messages === undefined) return emit(steps, this.#wrapped(bytes));
    for (const step of this.#messages.push(bytes)) {
      if (step.step === 'bytes') emit(steps, this.#wrapped(step.bytes));
      else steps.push(step);
    }
  }

  /** @param understand whether a line is what it should be; from one that is not on, all passes as it is */
  #takeLine(
    bytes: Uint8Array,
    at: number,
    steps: FaultStep[],
    understand: (line: string) => boolean,
  ): number {
    const newline = bytes.indexOf(NEWLINE, at);
    const isLine = newline > at && bytes[newline - 1] === RETURN && newline - at <= LONGEST_LINE_BYTES;
    if (newline < 0 && bytes.length - at <= LONGEST_LINE_BYTES) return at;
    const line = isLine ? DECODER.decode(bytes.subarray(at, newline - 1)) : '';
    if (isLine && understand(line)) return newline + 1;
    emit(steps, this.#wrapped(this.#messages?.finish() ?? NOTHING));
    this.#messages = undefined;
    this.#place = 'opaque';
    return at;
  }

  /** A part of a body, as a chunk where it has chunks. */
  #wrapped(bytes: Uint8Array): Uint8Array {
    if (!this.#isChunked || bytes.length === 0) return bytes;
    return joinedBytes(ENCODER.encode(`${bytes.length.toString(16)}\r\n`), bytes, END_OF_LINE);
  }
}

function emit(steps: FaultStep[], bytes: Uint8Array): void {
  if (bytes.length > 0) steps.push({ step: 'bytes', bytes });
}

function endOfHead(bytes: Uint8Array, at: number, searchedBytes: number): number | undefined {
  let index = at + Math.max(0, searchedBytes - END_OF_HEAD.length + 1);
  while (true) {
    index = bytes.indexOf(RETURN, index);
    if (index < 0) return undefined;
    if (END_OF_HEAD.every((byte, offset) => bytes[index + offset] === byte))
      return index + END_OF_HEAD.length;
    index++;
  }
}
