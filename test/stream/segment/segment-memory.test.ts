import { describe, expect, test } from 'vitest';
import { type Piece, pieceBytes, SegmentMemory } from '../../../src/stream/segment/segment-memory.ts';

function taken(memory: SegmentMemory): Piece {
  const piece = memory.take();
  if (piece === undefined) throw new Error('there is no piece');
  return piece;
}

/** The only piece of a memory of one. */
function onePiece(): { memory: SegmentMemory; piece: Piece } {
  const memory = new SegmentMemory(1);
  return { memory, piece: taken(memory) };
}

describe('SegmentMemory', () => {
  test('has so many pieces and no more, however often they come back', () => {
    const memory = new SegmentMemory(2);
    const [one, other] = [taken(memory), taken(memory)];
    expect(other).not.toBe(one);
    expect(memory.take()).toBeUndefined();
    for (let round = 0; round < 3; round++) {
      one.drop();
      expect(memory.take()).toBe(one);
      expect(memory.take()).toBeUndefined();
    }
  });

  test('its pieces are apart, and threads that have its buffer know them by number', () => {
    const memory = new SegmentMemory(3);
    const pieces = [taken(memory), taken(memory), taken(memory)];
    for (const { number, bytes } of pieces) bytes.fill(number + 1);
    for (const { number, bytes } of pieces) {
      expect(bytes.every((byte) => byte === number + 1)).toBe(true);
      const again = pieceBytes(memory.buffer, number);
      expect([again.buffer, again.byteOffset, again.length]).toEqual([
        bytes.buffer,
        bytes.byteOffset,
        bytes.length,
      ]);
    }
  });

  test('a piece that is held when it is dropped comes back once nobody holds it', () => {
    const { memory, piece } = onePiece();
    const holds = [piece.hold(), piece.hold()];
    piece.drop();
    for (const held of holds) {
      expect(memory.take()).toBeUndefined();
      held.release();
    }
    expect(memory.take()).toBe(piece);
  });

  test('a piece that is released before it is dropped comes back when it is dropped, and once', () => {
    const { memory, piece } = onePiece();
    for (let round = 0; round < 2; round++) {
      piece.hold().release();
      expect(memory.take()).toBeUndefined();
      piece.drop();
      expect(memory.take()).toBe(piece);
    }
  });

  test('a hold that is released twice is an error, and not a piece that two have', () => {
    const { memory, piece } = onePiece();
    const hold = piece.hold();
    piece.drop();
    hold.release();
    expect(() => hold.release()).toThrow('piece 0 of the memory of segments is not held');
    expect(memory.take()).toBe(piece);
    expect(memory.take()).toBeUndefined();
  });

  test('is crowded while more than a quarter of its pieces is held, whether their segments are gone or not', () => {
    const memory = new SegmentMemory(8);
    const pieces = Array.from({ length: 3 }, () => taken(memory));
    const holds = pieces.flatMap((piece) => [piece.hold(), piece.hold()]);
    expect(memory.crowded).toBe(true);
    for (const piece of pieces) piece.drop();
    holds.pop()?.release();
    expect(memory.crowded).toBe(true);
    holds.pop()?.release();
    expect(memory.crowded).toBe(false);
  });

  test('is crowded as well by what is held of segments that did not fit, each counted once', () => {
    const memory = new SegmentMemory(8);
    const places = [1, 2].map(() => taken(memory).outgrown(140_000));
    const holds = places.flatMap((place) => [place.hold(), place.hold()]);
    expect([memory.crowded, memory.held]).toEqual([true, 0]);
    for (const place of places) place.drop();
    holds.pop()?.release();
    expect(memory.crowded).toBe(true);
    holds.pop()?.release();
    expect(memory.crowded).toBe(false);
    expect(memory.hasSpare).toBe(true);
  });

  test('a piece ends where the next begins', () => {
    const memory = new SegmentMemory(2);
    const [one, next] = [taken(memory), taken(memory)];
    expect(one.bytes.byteOffset + one.bytes.length).toBe(next.bytes.byteOffset);
  });

  test('without pieces has none to take', () => {
    expect(new SegmentMemory(0).take()).toBeUndefined();
  });
});
