import { GrowingBytes } from '../../stream/growing-bytes.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Takes lines. Bytes are valid during the call only. */
export interface LineTaker {
  /** A line: bytes [start, end) without its line end. Lines beyond the maximum come truncated, as `tooLong`. */
  line(bytes: Uint8Array, start: number, end: number, tooLong: boolean): void;
  /**
   * Called where a line begins: returns how many bytes of whole lines, line ends included, it has dealt with already.
   *
   * @default none
   */
  skip?(bytes: Uint8Array, start: number): number;
  /**
   * Lines of any length, which are passed on in parts and not kept.
   *
   * @default there are none
   */
  readonly parts?: {
    /** How many bytes at the beginning of a line decide whether it is one of these. */
    readonly startBytes: number;
    isOne(bytes: Uint8Array, start: number, end: number): boolean;
    take(bytes: Uint8Array, start: number, end: number): void;
    /** The line has ended. */
    end(): void;
  };
}

/**
 * Splits chunks of bytes into lines that end with LF or CRLF; the last may end without either. A byte order mark at the
 * start of a line is dropped, because files that were joined have them in the middle. It keeps one line at most, up to
 * `maximumBytes`.
 */
export class LineSplitter {
  readonly #taker: LineTaker;
  readonly #maximumBytes: number;
  readonly #kept: GrowingBytes;
  #state: 'start' | 'kept' | 'too-long' | 'parts' = 'start';

  constructor(maximumBytes: number, taker: LineTaker) {
    this.#maximumBytes = maximumBytes;
    this.#kept = new GrowingBytes(maximumBytes);
    this.#taker = taker;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'start') {
        const skipped = this.#taker.skip?.(chunk, at) ?? 0;
        if (skipped > 0) {
          at += skipped;
          continue;
        }
      }
      const newline = chunk.indexOf(NEWLINE, at);
      this.#takePart(chunk, at, newline < 0 ? chunk.length : newline, newline >= 0);
      if (newline < 0) return;
      at = newline + 1;
    }
  }

  /** The end of the capture: the last line may lack its line end. */
  finish(): void {
    if (this.#state !== 'start') this.#takePart(new Uint8Array(0), 0, 0, true);
  }

  /** Takes bytes [start, end) of one line, which ends there if `isLast`. */
  #takePart(bytes: Uint8Array, start: number, end: number, isLast: boolean): void {
    const { parts } = this.#taker;
    if (this.#state === 'parts') {
      parts?.take(bytes, start, end);
      if (isLast) this.#endParts();
    } else if (isLast && this.#state === 'start') {
      this.#tell(bytes, start, end, end - start > this.#maximumBytes);
    } else {
      const known = this.#keepStart(bytes, start, end);
      if (known > start) return this.#takePart(bytes, known, end, isLast);
      const fits = this.#kept.add(bytes, start, end);
      if (this.#state !== 'too-long') this.#state = fits ? 'kept' : 'too-long';
      if (isLast) this.#tellKept();
    }
  }

  /** Keeps enough of a line to decide whether it is passed on in parts, and then begins to. @returns where to go on */
  #keepStart(bytes: Uint8Array, start: number, end: number): number {
    const { parts } = this.#taker;
    const missing = (parts?.startBytes ?? 0) + BYTE_ORDER_MARK.length - this.#kept.sizeBytes;
    if (parts === undefined || missing <= 0) return start;
    const known = Math.min(end, start + missing);
    this.#kept.add(bytes, start, known);
    this.#state = 'kept';
    const { bytes: line } = this.#kept;
    const first = startOf(line, 0, line.length);
    if (parts.isOne(line, first, line.length)) {
      parts.take(line, first, line.length);
      this.#kept.clear();
      this.#state = 'parts';
    }
    return known;
  }

  #endParts(): void {
    this.#state = 'start';
    this.#taker.parts?.end();
  }

  #tellKept(): void {
    const { bytes } = this.#kept;
    const tooLong = this.#state === 'too-long';
    this.#kept.clear();
    this.#state = 'start';
    this.#tell(bytes, 0, bytes.length, tooLong);
  }

  #tell(bytes: Uint8Array, from: number, to: number, tooLong: boolean): void {
    const { parts } = this.#taker;
    const start = startOf(bytes, from, to);
    if (parts?.isOne(bytes, start, to)) {
      parts.take(bytes, start, to);
      parts.end();
      return;
    }
    const end = to > start && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    this.#taker.line(bytes, start, end, tooLong);
  }
}

/** Where a line begins, after a byte order mark. */
function startOf(bytes: Uint8Array, from: number, to: number): number {
  const marked =
    to - from >= BYTE_ORDER_MARK.length &&
    BYTE_ORDER_MARK.every((byte, index) => bytes[from + index] === byte);
  return marked ? from + BYTE_ORDER_MARK.length : from;
}
