// The same input always cut at the same places, and hardly two inputs alike.

/** A number of 32 bits that every byte has a say in (FNV-1a; G. Fowler, L. C. Noll, K.-P. Vo). @param {Uint8Array} bytes */
export function hashOf(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * An input in pieces of 1 byte to 4, 64 or 1,024, each of a size of its own: which, the input's hash says.
 *
 * @param {Uint8Array} bytes
 */
export function* chunksOf(bytes) {
  let state = hashOf(bytes) | 1;
  const mostBytes = [4, 64, 1024][state % 3] ?? 1;
  for (let at = 0; at < bytes.length; ) {
    state = Math.imul(state, 0x915f77f5) >>> 0; // a multiplicative congruential generator: its high bits are good enough
    const size = 1 + Math.floor((state / 2 ** 32) * mostBytes);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
