/** Damage to one message that leaves it one message, so that what carries it notices nothing. */

const ASCII_END = 0x80;
/** Bits of an ASCII character that may be flipped: it stays one. */
const FLIPPED_BITS = 7;
const LINE_ENDS: readonly number[] = [0x0a, 0x0d];

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
    const flipped = byte ^ (1 << Math.floor(bit * (text ? FLIPPED_BITS : 8)));
    if (text && LINE_ENDS.includes(flipped)) continue; // in a line, it would be two
    damaged[index] = flipped;
    break;
  }
  return damaged;
}

/**
 * The end of the payload is missing; `place` in [0, 1) says how much of it is left, which is never all; and never nothing, which
 * would be no line, if it has more than one character.
 */
export function cutEnd(payload: Uint8Array, text: boolean, place: number): Uint8Array {
  let end = Math.floor(place * payload.length);
  while (end > 0 && isWithin(payload, end, text)) end--;
  if (end > 0) return payload.subarray(0, end);
  for (end = 1; isWithin(payload, end, text); ) end++;
  return payload.subarray(0, end < payload.length ? end : 0);
}

/** Whether a place lies within a character. */
function isWithin(payload: Uint8Array, at: number, text: boolean): boolean {
  return text && ((payload[at] ?? 0) & 0xc0) === 0x80;
}
