/** Nearly all segments fit: those of short messages have much of an index. */
const PIECE_BYTES = 131_072;

/**
 * The memory of segments that were dropped, for new ones: to have it collected, and to get new memory, takes more time
 * than to send it. A piece that somebody still reads, such as a socket that has not sent it all, is held until then.
 *
 * It is memory that threads share, which the collector neither counts nor looks at; so there are only so many pieces.
 */
export class SegmentMemory {
  readonly #mostPieces: number;
  readonly #pieces = new Map<ArrayBufferLike, Piece>();
  readonly #spare: Piece[] = [];

  constructor(mostPieces: number) {
    this.#mostPieces = mostPieces;
  }

  /** A piece that nobody reads; undefined if there is none: memory for segments is then got as any other is. */
  take(): SharedArrayBuffer | undefined {
    const spare = this.#spare.pop();
    if (spare !== undefined) {
      spare.dropped = false;
      return spare.buffer;
    }
    if (this.#pieces.size === this.#mostPieces) return undefined;
    const buffer = new SharedArrayBuffer(PIECE_BYTES);
    this.#pieces.set(buffer, { buffer, holds: 0, dropped: false });
    return buffer;
  }

  /**
   * These bytes are read until what this gives is released, even if their segment is dropped.
   *
   * @returns undefined if they lie in no piece, and nothing is to be released
   */
  hold({ buffer }: Uint8Array): Piece | undefined {
    const piece = this.#pieces.get(buffer);
    if (piece !== undefined) piece.holds++;
    return piece;
  }

  release(piece: Piece): void {
    piece.holds--;
    if (piece.holds === 0 && piece.dropped) this.#spare.push(piece);
  }

  /** The segment in this memory is gone: if it is a piece, it can be taken once nobody holds it. */
  drop(buffer: ArrayBufferLike): void {
    const piece = this.#pieces.get(buffer);
    if (piece === undefined) return;
    piece.dropped = true;
    if (piece.holds === 0) this.#spare.push(piece);
  }
}

/** A piece of memory, and who has it. */
export interface Piece {
  readonly buffer: SharedArrayBuffer;
  /** By how many it is held. */
  holds: number;
  /** Whether its segment is gone. */
  dropped: boolean;
}
