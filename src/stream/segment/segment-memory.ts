/** Nearly all segments fit: those of short messages have much of an index. */
const PIECE_BYTES = 131_072;
/** The part of the pieces that may be held, about. */
const MOST_HELD = 1 / 4;

/**
 * The memory of segments that were dropped, for new ones: to have it collected, and to get new memory, takes more time
 * than to send it. A piece that somebody still reads, such as a socket that has not sent it all, is held until then.
 *
 * It is memory that threads share, which the collector neither counts nor looks at; so there are only so many pieces.
 */
export class SegmentMemory {
  readonly #mostPieces: number;
  readonly #pieces: Piece[] = [];
  readonly #spare: Piece[] = [];
  #buffer: SharedArrayBuffer | undefined;
  /** Pieces that are held. */
  #held = 0;

  constructor(mostPieces: number) {
    this.#mostPieces = mostPieces;
  }

  /** All pieces, for threads. The system gives it room where it is written to. */
  get buffer(): SharedArrayBuffer {
    this.#buffer ??= new SharedArrayBuffer(this.#mostPieces * PIECE_BYTES);
    return this.#buffer;
  }

  /** Whether so many are held that what is written from now on had better be copied: most are for what can be sent. */
  get crowded(): boolean {
    return this.#held > this.#mostPieces * MOST_HELD;
  }

  /** Whether there is a piece that nobody reads. */
  get hasSpare(): boolean {
    return this.#spare.length > 0 || this.#pieces.length < this.#mostPieces;
  }

  /** A piece that nobody reads; undefined if there is none. */
  take(): Piece | undefined {
    const spare = this.#spare.pop();
    if (spare !== undefined) {
      spare.dropped = false;
      return spare;
    }
    const number = this.#pieces.length;
    if (number === this.#mostPieces) return undefined;
    const piece = { number, bytes: pieceBytes(this.buffer, number), holds: 0, dropped: false };
    this.#pieces.push(piece);
    return piece;
  }

  /**
   * These bytes are read until what this gives is released, even if their segment is dropped.
   *
   * @returns undefined if they lie in no piece, and nothing is to be released
   */
  hold(bytes: Uint8Array): Piece | undefined {
    const piece = this.#pieceOf(bytes);
    if (piece === undefined) return undefined;
    if (piece.holds === 0) this.#held++;
    piece.holds++;
    return piece;
  }

  release(piece: Piece): void {
    piece.holds--;
    if (piece.holds > 0) return;
    this.#held--;
    if (piece.dropped) this.#spare.push(piece);
  }

  /** The segment with these bytes is gone: if they lie in a piece, it can be taken once nobody holds it. */
  drop(bytes: Uint8Array): void {
    const piece = this.#pieceOf(bytes);
    if (piece === undefined) return;
    piece.dropped = true;
    if (piece.holds === 0) this.#spare.push(piece);
  }

  #pieceOf({ buffer, byteOffset }: Uint8Array): Piece | undefined {
    return buffer === this.#buffer ? this.#pieces[Math.floor(byteOffset / PIECE_BYTES)] : undefined;
  }
}

/** A piece of memory, and who has it. */
export interface Piece {
  /** What threads know it by. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** By how many it is held. */
  holds: number;
  /** Whether its segment is gone. */
  dropped: boolean;
}

/** A piece of a memory, in any thread that has its buffer. */
export function pieceBytes(buffer: SharedArrayBuffer, number: number): Uint8Array {
  return new Uint8Array(buffer, number * PIECE_BYTES, PIECE_BYTES);
}
