import { expect, test } from 'vitest';
import { KeptBytes } from '../../../src/carriage/websocket/kept-bytes.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);

function copyOf(kept: KeptBytes): Uint8Array {
  const target = new Uint8Array(kept.length + 2);
  kept.copyTo(target, 1);
  expect([target[0], target.at(-1)]).toEqual([0, 0]);
  return target.subarray(1, -1);
}

test.each([[[0, 5, 3, 0, 300]], [[100_000, 40, 20_000, 20_000, 16_384, 16_385, 1]]])(
  'keeps the last of %j bytes, and nothing before them',
  (lengths) => {
    const kept = new KeptBytes();
    expect(kept.length).toBe(0);
    for (const [index, length] of lengths.entries()) {
      const bytes = filled(length, index + 1);
      kept.keep(bytes);
      bytes.fill(255); // it has a copy
      expect(kept.length).toBe(length);
      expect(copyOf(kept)).toEqual(filled(length, index + 1));
    }
  },
);
