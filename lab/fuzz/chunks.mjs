// The same input always cut at the same places, and hardly two inputs alike.
import { crc32 } from 'node:zlib';
import { Random } from '../kit/random.mjs';

/**
 * An input in pieces of 1 byte to 4, 64 or 1,024, each of a size of its own: which, the input's hash says.
 *
 * @param {Uint8Array} bytes
 */
export function* chunksOf(bytes) {
  const random = new Random(crc32(bytes));
  const mostBytes = random.pick([4, 64, 1024]);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(mostBytes);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
