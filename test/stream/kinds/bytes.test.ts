import { describe, expect, test } from 'vitest';
import { openStream } from '../../../src/stream/stream.ts';

const SEQS = [0, 9, 10, 99_999, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 2, 2 ** 53 - 1];

describe('bytes', () => {
  test.each([35, 36, 125, 126, 256, 4096])('every message of size %i has exactly that size', (size) => {
    const stream = openStream(`bytes?size=${size}`);
    for (const seq of SEQS) {
      const message = stream.message(seq);
      const text = new TextDecoder().decode(message);
      expect(message).toHaveLength(size);
      expect(text).toMatch(new RegExp(`^\\{"seq":${seq},"data":"[A-Za-z0-9_-]+"\\}$`));
      expect(JSON.parse(text).seq).toBe(seq);
    }
  });

  test('the greatest size is exact too', () => {
    expect(openStream('bytes?size=1048576').message(2 ** 53 - 1)).toHaveLength(1_048_576);
  });

  test('the data is all of the alphabet, and differs by seq and by seed', () => {
    const dataOf = (seed: number, seq: number): string =>
      JSON.parse(new TextDecoder().decode(openStream(`bytes?size=2048&seed=${seed}`).message(seq))).data;
    expect(new Set(dataOf(1, 0)).size).toBe(64);
    expect(new Set([dataOf(1, 0), dataOf(1, 1), dataOf(2, 0)]).size).toBe(3);
  });

  test('a longer message begins as a shorter one', () => {
    const [short, long] = [100, 200].map((size) => openStream(`bytes?size=${size}`).message(3));
    expect(long?.subarray(0, 98)).toEqual(short?.subarray(0, 98));
  });
});
