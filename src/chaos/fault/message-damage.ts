/** Damage to one message that leaves it a valid frame, so that the WebSocket itself notices nothing. */

const ASCII_END = 0x80;
/** Bits of an ASCII character that may be flipped: it stays one. */
const FLIPPED_BITS = 7;

/**
 * One bit of the payload is another.
 *
 * @param place, bit in [0, 1): which byte, and which of its bits
 */
export function flipBit(payload: Uint8Array, text: boolean, place: number, bit: number): Uint8Array {
  const damaged = new Uint8Array(payload);
  const start = Math.floor(place * damaged.length);
  for (let step = 0; step < damaged.length; step++) {
    const index = (start + step) % damaged.length;
    const byte = damaged[index] ?? 0;
    if (text && byte >= ASCII_END) continue; // it would be no UTF-8 any more
    damaged[index] = byte ^ (1 << Math.floor(bit * (text ? FLIPPED_BITS : 8)));
    break;
  }
  return damaged;
}

/** The end of the payload is missing; `place` in [0, 1) says how much of it is left, which is never all. */
export function cutEnd(payload: Uint8Array, text: boolean, place: number): Uint8Array {
  let end = Math.floor(place * payload.length);
  while (text && end > 0 && ((payload[end] ?? 0) & 0xc0) === 0x80) end--;
  return payload.subarray(0, end);
}
