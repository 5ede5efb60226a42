const PREFIX = new TextEncoder().encode('{"seq":');
const ZERO = 0x30;
const NINE = 0x39;

/** The seq that a text message of Tidemark begins with; undefined if it does not begin with one. */
export function leadingSeq(payload: Uint8Array): number | undefined {
  for (let index = 0; index < PREFIX.length; index++) {
    if (payload[index] !== PREFIX[index]) return undefined;
  }
  let seq = 0;
  let index = PREFIX.length;
  for (; index < payload.length; index++) {
    const byte = payload[index] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    seq = seq * 10 + (byte - ZERO);
  }
  return index > PREFIX.length && Number.isSafeInteger(seq) ? seq : undefined;
}
