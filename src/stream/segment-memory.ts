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
  #pieces = 0;
  readonly #spare: SharedArrayBuffer[] = [];
  /** How often each piece is held. */
  readonly #holds = new Map<SharedArrayBuffer, number>();
  /** Pieces whose segments were dropped while they were held. */
  readonly #dropped = new Set<SharedArrayBuffer>();

  constructor(mostPieces: number) {
    this.#mostPieces = mostPieces;
  }

  /** A piece that nobody reads; undefined if there is none: memory for segments is then got as any other is. */
  take(): SharedArrayBuffer | undefined {
    const spare = this.#spare.pop();
    if (spare !== undefined || this.#pieces === this.#mostPieces) return spare;
    this.#pieces++;
    return new SharedArrayBuffer(PIECE_BYTES);
  }

  /** These bytes are read until `release` is called with them, even if their segment is dropped. */
  hold({ buffer }: Uint8Array): void {
    if (isPiece(buffer)) this.#holds.set(buffer, (this.#holds.get(buffer) ?? 0) + 1);
  }

  release({ buffer }: Uint8Array): void {
    if (!isPiece(buffer)) return;
    const holds = this.#holds.get(buffer) ?? 0;
    if (holds > 1) {
      this.#holds.set(buffer, holds - 1);
      return;
    }
    this.#holds.delete(buffer);
    if (this.#dropped.delete(buffer)) this.#spare.push(buffer);
  }

  /** The segment in this memory is gone: if it is a piece, it can be taken once nobody holds it. */
  drop(buffer: ArrayBufferLike): void {
    if (!isPiece(buffer)) return;
    if (this.#holds.has(buffer)) this.#dropped.add(buffer);
    else this.#spare.push(buffer);
  }
}

function isPiece(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
  return buffer instanceof SharedArrayBuffer;
}
