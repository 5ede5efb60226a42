/** Whole, unmasked frames (RFC 6455, section 5.2), one by one, read independently of what wrote them. */
export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const rest = bytes.subarray(offset);
    const frame = rest.subarray(0, headerSize(rest) + payloadSize(rest));
    frames.push(frame);
    offset += frame.length;
  }
  return frames;
}

/** The payloads of whole, unmasked frames. */
export function payloadsOf(bytes: Uint8Array): Uint8Array[] {
  return framesOf(bytes).map((frame) => frame.subarray(headerSize(frame)));
}

function headerSize(frame: Uint8Array): number {
  const short = frame[1] ?? 0;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function payloadSize(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const short = view.getUint8(1);
  if (short < 126) return short;
  return short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
}
