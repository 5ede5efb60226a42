/** Bytes before the digits of a message's seq. */
const SEQ_BYTES = 7;

/**
 * Whether a damaged message is mostly the one that it should be, or the beginning of it.
 *
 * @param expected the message that it should be
 * @param seq its seq; undefined if it is the one that is due: then what follows the seq need not fit
 * @param near whether it may be taken for it by its beginning alone
 */
export function resembles(
  expected: Uint8Array,
  received: Uint8Array,
  seq: number | undefined,
  near = true,
): boolean {
  const shorter = Math.min(expected.length, received.length);
  let front = 0;
  while (front < shorter && expected[front] === received[front]) front++;
  let back = 0;
  const [lastExpected, last] = [expected.length - 1, received.length - 1];
  while (back < shorter - front && expected[lastExpected - back] === received[last - back]) back++;
  const alike = 2 * (front + back);
  if (alike >= expected.length) return true;
  // One that was cut off, or stuck to another: what follows its seq has to fit, unless it is the one that is due.
  const bytes = SEQ_BYTES + (seq === undefined ? 0 : String(seq).length);
  return near && front > bytes && alike >= shorter;
}
