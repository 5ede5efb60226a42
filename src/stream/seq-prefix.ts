const PREFIX = new TextEncoder().encode('{"seq":');
const ZERO = 0x30;
const NINE = 0x39;
/** Before `.`, `e` or `E` the digits are not the whole number. */
const FRACTION_OR_EXPONENT: ReadonlySet<number> = new Set([0x2e, 0x65, 0x45]);

/**
 * The seq that a Tidemark text message begins with; undefined if it has none.
 *
 * @param bytes holds the message at [start, end)
 */
export function leadingSeq(bytes: Uint8Array, start = 0, end: number = bytes.length): number | undefined {
  const digits = start + PREFIX.length;
  for (let index = 0; index < PREFIX.length; index++) {
    if (start + index >= end || bytes[start + index] !== PREFIX[index]) return undefined;
  }
  let seq = 0;
  let index = digits;
  for (; index < end; index++) {
    const byte = bytes[index] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    seq = seq * 10 + (byte - ZERO);
  }
  const goesOn = index < end && FRACTION_OR_EXPONENT.has(bytes[index] ?? 0);
  return index > digits && !goesOn && Number.isSafeInteger(seq) ? seq : undefined;
}
