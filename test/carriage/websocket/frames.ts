/** Frames built independently of what reads them (RFC 6455, section 5.2). */
export interface FrameOptions {
  readonly final?: boolean;
  readonly reserved?: number;
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly mask?: Uint8Array;
  /** Bytes of the extended length: 0, 2 or 8; the shortest that fits unless given. */
  readonly lengthBytes?: number;
}

export function frame({
  final = true,
  reserved = 0,
  opcode,
  payload,
  mask,
  lengthBytes,
}: FrameOptions): Buffer {
  const size = payload.length;
  const extended = lengthBytes ?? (size < 126 ? 0 : size < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + extended);
  head[0] = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (mask === undefined ? 0 : 0x80) | (extended === 0 ? size : extended === 2 ? 126 : 127);
  if (extended === 2) head.writeUInt16BE(size, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(size), 2);
  const body = Buffer.from(payload).map((byte, i) => byte ^ (mask?.[i % 4] ?? 0));
  return Buffer.concat([head, mask ?? Buffer.alloc(0), body]);
}

export const text = (content: string): Buffer => frame({ opcode: 1, payload: Buffer.from(content) });
export const binary = (...bytes: number[]): Buffer => frame({ opcode: 2, payload: Uint8Array.from(bytes) });
