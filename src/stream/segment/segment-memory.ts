/** Nearly all segments fit: those of short messages have much of an index. */
const PIECE_BYTES = 131_072;
/** The part of the pieces that may be held, about. */
const MOST_HELD = 1 / 4;

/** Keeps bytes as they are until it is released, even if their segment is evicted meanwhile. */
export interface Hold {
  /** Called once for each time that it was given. */
  release(): void;
}

/**
 * The memory of segments that were evicted, for new ones: to have it collected, and to get new memory, takes more time
 * than to send it. A piece that somebody still reads, such as a socket that has not sent it all, is held until then.
 *
 * It is memory that threads share, which the collector neither counts nor looks at; so there are only so many pieces.
 */
export class SegmentMemory {
  readonly #mostPieces: number;
  readonly #use: PieceUse = { spare: [], held: 0 };
  #buffer: SharedArrayBuffer | undefined;
  /** Pieces that have been taken at least once. */
  #pieces = 0;

  constructor(mostPieces: number) {
    this.#mostPieces = mostPieces;
  }

  /** All pieces, for threads. The system gives it room where it is written to. */
  get buffer(): SharedArrayBuffer {
    this.#buffer ??= new SharedArrayBuffer(this.#mostPieces * PIECE_BYTES);
    return this.#buffer;
  }

  /** How many pieces are held. */
  get held(): number {
    return this.#use.held;
  }

  /** Whether so many are held that what is written from now on had better be copied: most are for what can be sent. */
  get crowded(): boolean {
    return this.#use.held > this.#mostPieces * MOST_HELD;
  }

  /** Whether there is a piece that nobody reads. */
  get hasSpare(): boolean {
    return this.#use.spare.length > 0 || this.#pieces < this.#mostPieces;
  }

  /** A piece that nobody reads, for a segment, until that is dropped; undefined if there is none. */
  take(): Piece | undefined {
    const spare = this.#use.spare.pop();
    if (spare !== undefined) {
      spare.reuse();
      return spare;
    }
    if (this.#pieces === this.#mostPieces) return undefined;
    const number = this.#pieces++;
    return new Piece(number, pieceBytes(this.buffer, number), this.#use);
  }
}

/** What pieces tell their memory. */
interface PieceUse {
  /** Pieces that nobody has. */
  readonly spare: Piece[];
  /** How many pieces are held. */
  held: number;
}

/** A piece of memory, which a segment has until it is dropped, and readers hold. */
export class Piece implements Hold {
  /** What threads know it by. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly #use: PieceUse;
  #holds = 0;
  #dropped = false;

  constructor(number: number, bytes: Uint8Array, use: PieceUse) {
    this.number = number;
    this.bytes = bytes;
    this.#use = use;
  }

  /** It is read until this is released. */
  hold(): Hold {
    if (this.#holds === 0) this.#use.held++;
    this.#holds++;
    return this;
  }

  release(): void {
    if (this.#holds === 0) throw new Error(`piece ${this.number} of the memory of segments is not held`);
    this.#holds--;
    if (this.#holds > 0) return;
    this.#use.held--;
    if (this.#dropped) this.#use.spare.push(this);
  }

  /** Its segment is gone, or did not fit: it can be taken once nobody holds it. */
  drop(): void {
    this.#dropped = true;
    if (this.#holds === 0) this.#use.spare.push(this);
  }

  /** It is taken for another segment. */
  reuse(): void {
    this.#dropped = false;
  }
}

/** A piece of a memory, in any thread that has its buffer. */
export function pieceBytes(buffer: SharedArrayBuffer, number: number): Uint8Array {
  return new Uint8Array(buffer, number * PIECE_BYTES, PIECE_BYTES);
}
