/** Nearly all segments fit; those of short messages have a large index. */
const PIECE_BYTES = 131_072;
/** About the part of the pieces that may be held. */
const MOST_HELD = 1 / 4;

/** Keeps bytes unchanged until it is released, even if their segment is evicted meanwhile. */
export interface Hold {
  /** Call it once for each hold. */
  release(): void;
}

/**
 * Recycles the memory of evicted segments: collecting and allocating it would take longer than sending it. A piece that
 * somebody still reads, such as a socket with unsent bytes, is held until then.
 *
 * The memory is shared with threads, and the collector does not count it, so the number of pieces is bounded.
 */
export class SegmentMemory {
  readonly #mostPieces: number;
  readonly #use: MemoryUse = { spare: [], held: 0, heldBytes: 0 };
  #buffer: SharedArrayBuffer | undefined;
  /** How many pieces have been used at least once. */
  #pieces = 0;

  constructor(mostPieces: number) {
    this.#mostPieces = mostPieces;
  }

  /** All pieces, for threads. The system commits memory as it is written to. */
  get buffer(): SharedArrayBuffer {
    this.#buffer ??= new SharedArrayBuffer(this.#mostPieces * PIECE_BYTES);
    return this.#buffer;
  }

  /** How many pieces are held. */
  get held(): number {
    return this.#use.held;
  }

  /** Whether so much is held, in pieces or beside them, that what is sent from now on should be copied. */
  get crowded(): boolean {
    return this.#use.heldBytes > this.#mostPieces * PIECE_BYTES * MOST_HELD;
  }

  /** Whether a piece is free. */
  get hasSpare(): boolean {
    return this.#use.spare.length > 0 || this.#pieces < this.#mostPieces;
  }

  /** A free piece for a segment, until the segment is dropped; undefined if there is none. */
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

/** Where a segment's messages are. It owns the place until it drops it. */
export interface Place {
  /** Keeps the bytes until the hold is released. */
  hold(): Hold;
  drop(): void;
}

/** The state that places share with their memory. */
interface MemoryUse {
  /** Free pieces. */
  readonly spare: Piece[];
  /** How many pieces are held. */
  held: number;
  /** How much is, in pieces and beside them. */
  heldBytes: number;
}

/** A piece of memory. A segment owns it until it is dropped; readers hold it. */
export class Piece implements Place, Hold {
  /** Its number, by which threads know it. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly #use: MemoryUse;
  #holds = 0;
  #dropped = false;

  constructor(number: number, bytes: Uint8Array, use: MemoryUse) {
    this.number = number;
    this.bytes = bytes;
    this.#use = use;
  }

  /** Keeps the bytes until the hold is released. */
  hold(): Hold {
    if (this.#holds === 0) this.#note(1);
    this.#holds++;
    return this;
  }

  release(): void {
    if (this.#holds === 0) throw new Error(`piece ${this.number} of the memory of segments is not held`);
    this.#holds--;
    if (this.#holds > 0) return;
    this.#note(-1);
    if (this.#dropped) this.#use.spare.push(this);
  }

  /** Gives the piece back, once nobody holds it: its segment is gone, or did not fit. */
  drop(): void {
    this.#dropped = true;
    if (this.#holds === 0) this.#use.spare.push(this);
  }

  /** Takes the piece for another segment. */
  reuse(): void {
    this.#dropped = false;
  }

  /** Its segment did not fit, and has so much memory of its own. */
  outgrown(sizeBytes: number): Place {
    this.drop();
    return new OwnPlace(sizeBytes, this.#use);
  }

  #note(sign: 1 | -1): void {
    this.#use.held += sign;
    this.#use.heldBytes += sign * PIECE_BYTES;
  }
}

/** Memory beside the pieces, which the collector looks after: what is held of it is only counted. */
class OwnPlace implements Place, Hold {
  readonly #sizeBytes: number;
  readonly #use: MemoryUse;
  #holds = 0;

  constructor(sizeBytes: number, use: MemoryUse) {
    this.#sizeBytes = sizeBytes;
    this.#use = use;
  }

  hold(): Hold {
    if (this.#holds === 0) this.#use.heldBytes += this.#sizeBytes;
    this.#holds++;
    return this;
  }

  release(): void {
    this.#holds--;
    if (this.#holds === 0) this.#use.heldBytes -= this.#sizeBytes;
  }

  drop(): void {}
}

/** The bytes of a piece, in any thread that has the buffer. */
export function pieceBytes(buffer: SharedArrayBuffer, number: number): Uint8Array {
  return new Uint8Array(buffer, number * PIECE_BYTES, PIECE_BYTES);
}
