/**
 * Compares bytes four at a time, which is several times as fast as one by one. It keeps a view of the last memory
 * compared, since the next comparison is mostly of the same.
 */
export class ByteComparison {
  #a = new DataView<ArrayBufferLike>(new ArrayBuffer(0));
  #b = new DataView<ArrayBufferLike>(new ArrayBuffer(0));

  /** Whether `size` bytes of `a` from `startA` equal those of `b` from `startB`; both must have that many. */
  equal(a: Uint8Array, startA: number, b: Uint8Array, startB: number, sizeBytes: number): boolean {
    if (this.#a.buffer !== a.buffer) this.#a = new DataView(a.buffer);
    if (this.#b.buffer !== b.buffer) this.#b = new DataView(b.buffer);
    return sameBytes(this.#a, a.byteOffset + startA, this.#b, b.byteOffset + startB, sizeBytes);
  }
}

function sameBytes(a: DataView, startA: number, b: DataView, startB: number, sizeBytes: number): boolean {
  const wholeBytes = sizeBytes & ~3;
  for (let at = 0; at < wholeBytes; at += 4) {
    if (a.getUint32(startA + at) !== b.getUint32(startB + at)) return false;
  }
  for (let at = wholeBytes; at < sizeBytes; at++) {
    if (a.getUint8(startA + at) !== b.getUint8(startB + at)) return false;
  }
  return true;
}
