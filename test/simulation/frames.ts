/** Whole, unmasked frames (RFC 6455, section 5.2), one by one, read independently of what wrote them. */
export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + headerSize(bytes, offset) + payloadSize(bytes, offset);
    frames.push(bytes.subarray(offset, end));
    offset = end;
  }
  return frames;
}

/** The payloads of whole, unmasked frames. */
export function payloadsOf(bytes: Uint8Array): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const start = offset + headerSize(bytes, offset);
    offset = start + payloadSize(bytes, offset);
    payloads.push(bytes.subarray(start, offset));
  }
  return payloads;
}

function headerSize(bytes: Uint8Array, offset: number): number {
  const short = bytes[offset + 1] ?? 0;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function payloadSize(bytes: Uint8Array, offset: number): number {
  const short = bytes[offset + 1] ?? 0;
  if (short < 126) return short;
  let size = 0;
  for (let i = offset + 2; i < offset + headerSize(bytes, offset); i++) size = 256 * size + (bytes[i] ?? 0);
  return size;
}
