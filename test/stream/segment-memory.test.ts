import { describe, expect, test } from 'vitest';
import { SegmentMemory } from '../../src/stream/segment-memory.ts';

/** The only piece of a memory of one. */
function onePiece(): { memory: SegmentMemory; piece: SharedArrayBuffer; bytes: Uint8Array } {
  const memory = new SegmentMemory(1);
  const piece = memory.take();
  if (piece === undefined) throw new Error('there is no piece');
  return { memory, piece, bytes: new Uint8Array(piece, 1000, 10) };
}

describe('SegmentMemory', () => {
  test('has so many pieces and no more, however often they come back', () => {
    const memory = new SegmentMemory(2);
    const [one, other] = [memory.take(), memory.take()];
    expect(one).toBeInstanceOf(SharedArrayBuffer);
    expect(other).not.toBe(one);
    expect(memory.take()).toBeUndefined();
    for (let round = 0; round < 3; round++) {
      memory.drop(one as SharedArrayBuffer);
      expect(memory.take()).toBe(one);
      expect(memory.take()).toBeUndefined();
    }
  });

  test('a piece that is held when it is dropped comes back once nobody holds it', () => {
    const { memory, piece, bytes } = onePiece();
    const holds = [memory.hold(bytes), memory.hold(bytes.subarray(5))];
    memory.drop(piece);
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
      memory.drop(piece);
      expect(memory.take()).toBe(piece);
    }
  });

  test('takes no memory that is none of its own', () => {
    const memory = new SegmentMemory(0);
    const bytes = new Uint8Array(new SharedArrayBuffer(10));
    expect(memory.hold(bytes)).toBeUndefined();
    memory.drop(bytes.buffer);
    expect(memory.take()).toBeUndefined();
  });
});
