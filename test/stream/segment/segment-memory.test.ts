import { describe, expect, test } from 'vitest';
import { type Piece, pieceBytes, SegmentMemory } from '../../../src/stream/segment/segment-memory.ts';

function taken(memory: SegmentMemory): Piece {
  const piece = memory.take();
  if (piece === undefined) throw new Error('there is no piece');
  return piece;
}

/** The only piece of a memory of one, and what a segment in it would send. */
function onePiece(): { memory: SegmentMemory; piece: Piece; bytes: Uint8Array } {
  const memory = new SegmentMemory(1);
  const piece = taken(memory);
  return { memory, piece, bytes: piece.bytes.subarray(1000, 1010) };
}

describe('SegmentMemory', () => {
  test('has so many pieces and no more, however often they come back', () => {
    const memory = new SegmentMemory(2);
    const [one, other] = [taken(memory), taken(memory)];
    expect(other).not.toBe(one);
    expect(memory.take()).toBeUndefined();
    for (let round = 0; round < 3; round++) {
      memory.drop(one.bytes);
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
    const { memory, piece, bytes } = onePiece();
    const holds = [memory.hold(bytes), memory.hold(bytes.subarray(5))];
    memory.drop(bytes);
    for (const held of holds) {
      expect(memory.take()).toBeUndefined();
      if (held !== undefined) memory.release(held);
    }
    expect(memory.take()).toBe(piece);
  });

  test('a piece that is released before it is dropped comes back when it is dropped, and once', () => {
    const { memory, piece, bytes } = onePiece();
    for (let round = 0; round < 2; round++) {
      const held = memory.hold(bytes);
      if (held !== undefined) memory.release(held);
      expect(memory.take()).toBeUndefined();
      memory.drop(bytes);
      expect(memory.take()).toBe(piece);
    }
  });

  test('the last bytes of a piece are its own, and not those of the next', () => {
    const memory = new SegmentMemory(2);
    const [one, next] = [taken(memory), taken(memory)];
    expect(memory.hold(one.bytes.subarray(-1))).toBe(one);
    expect(memory.hold(next.bytes.subarray(0, 1))).toBe(next);
  });

  test('takes no memory that is none of its own', () => {
    const memory = new SegmentMemory(0);
    const bytes = new Uint8Array(new SharedArrayBuffer(10));
    expect(memory.hold(bytes)).toBeUndefined();
    memory.drop(bytes);
    expect(memory.take()).toBeUndefined();
  });
});
