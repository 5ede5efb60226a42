/** A piece of a stream that is whole: a message with what frames it, or something that stands between messages. */
export interface FramedPiece {
  readonly end: number;
  /** Where its message lies; undefined if it is no data message. */
  readonly message: { readonly start: number; readonly end: number; readonly text: boolean } | undefined;
}

/** How messages are framed in a stream of bytes. */
export interface MessageForm {
  /** The piece that begins at `at`; undefined if more of it has to come. */
  pieceAt(bytes: Uint8Array, at: number): FramedPiece | undefined;
  /** A piece with another message in it. */
  withMessage(piece: Uint8Array, place: { start: number; end: number }, message: Uint8Array): Uint8Array;
  /** The id that a piece has; undefined where none has one. */
  idOf?(piece: Uint8Array): Uint8Array | undefined;
  /** A piece with another id, or with none. */
  withId?(piece: Uint8Array, id: Uint8Array | undefined): Uint8Array;
}

/** A piece that is larger is none: nothing behind it is harmed. */
export const LARGEST_PIECE_BYTES = 16_777_216;

/** Bytes with others in place of a part of them. */
export function spliced(
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
  others: Uint8Array,
): Uint8Array {
  const all = new Uint8Array(bytes.length - (end - start) + others.length);
  all.set(bytes.subarray(0, start));
  all.set(others, start);
  all.set(bytes.subarray(end), start + others.length);
  return all;
}
