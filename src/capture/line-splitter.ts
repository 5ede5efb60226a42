const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Takes a line: bytes [start, end) without its end. `tooLong` lines come cut off. They hold good during the call. */
export type LineTaker = (bytes: Uint8Array, start: number, end: number, tooLong: boolean) => void;

/**
 * Splits bytes that come in chunks into lines, which end with LF or CRLF, the last one also without either. What it
 * keeps is one line at most, as far as `maximumBytes`.
 */
export class LineSplitter {
  readonly #take: LineTaker;
  readonly #maximumBytes: number;
  #kept = new Uint8Array(0);
  #keptBytes = 0;
  #tooLong = false;
  #first = true;

  constructor(maximumBytes: number, take: LineTaker) {
    this.#maximumBytes = maximumBytes;
    this.#take = take;
  }

  /**
   * @param skip called where a line begins: how many bytes of whole lines there, with their ends, somebody has dealt
   *   with already
   */
  push(chunk: Uint8Array, skip: (bytes: Uint8Array, start: number) => number = () => 0): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#keptBytes === 0 && !this.#tooLong) {
        const skipped = skip(chunk, at);
        if (skipped > 0) {
          this.#first = false;
          at += skipped;
          continue;
        }
      }
      const newline = chunk.indexOf(NEWLINE, at);
      if (newline < 0) {
        this.#keep(chunk.subarray(at));
        return;
      }
      if (this.#keptBytes === 0 && !this.#tooLong) {
        this.#tell(chunk, at, newline);
      } else {
        this.#keep(chunk.subarray(at, newline));
        this.#tellKept();
      }
      at = newline + 1;
    }
  }

  /** There is no more: the last line may lack its end. */
  finish(): void {
    if (this.#keptBytes > 0) this.#tellKept();
  }

  #keep(part: Uint8Array): void {
    const room = this.#maximumBytes - this.#keptBytes;
    this.#tooLong ||= part.length > room;
    const fitting = part.subarray(0, room);
    const sizeBytes = this.#keptBytes + fitting.length;
    if (sizeBytes > this.#kept.length) {
      const larger = new Uint8Array(Math.max(sizeBytes, Math.min(this.#maximumBytes, 2 * this.#kept.length)));
      larger.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = larger;
    }
    this.#kept.set(fitting, this.#keptBytes);
    this.#keptBytes = sizeBytes;
  }

  #tellKept(): void {
    const sizeBytes = this.#keptBytes;
    const tooLong = this.#tooLong;
    this.#keptBytes = 0;
    this.#tooLong = false;
    this.#tell(this.#kept, 0, sizeBytes, tooLong);
  }

  #tell(
    bytes: Uint8Array,
    from: number,
    to: number,
    tooLong: boolean = to - from > this.#maximumBytes,
  ): void {
    const marked = this.#first && BYTE_ORDER_MARK.every((byte, index) => bytes[from + index] === byte);
    this.#first = false;
    const start = marked ? from + BYTE_ORDER_MARK.length : from;
    const end = to > start && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    this.#take(bytes, start, end, tooLong);
  }
}
