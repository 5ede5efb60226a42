import { type FrameOptions, frame } from '../carriage/websocket/frames.ts';

/** Who is judged: the server, to whom frames are sent masked, or the client. */
export type Side = 'server' | 'client';

/** What the judged end must answer: messages come back as they are, pings as pongs, and a close with its code. */
export type Answer = `text ${string}` | `binary ${string}` | `pong ${string}` | `close ${number}` | 'close';

/** One case: what is sent once the connection is open, and all that must be answered. */
export interface Case {
  readonly name: string;
  readonly bytes: Buffer;
  /** In their order. Without a close at their end the connection must be open and answer a ping. */
  readonly answers: readonly Answer[];
  /** What python3-wsproto says instead, and why both may be right. */
  readonly secondOpinion?: { readonly answers: readonly Answer[]; readonly why: string };
}

const MASK = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const MASK_BIT = 0x80;

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Makes the frames that a peer of one side sends. */
export class Sender {
  readonly side: Side;

  constructor(side: Side) {
    this.side = side;
  }

  frame(options: Omit<FrameOptions, 'mask'>): Buffer {
    return frame(this.side === 'server' ? { ...options, mask: MASK } : options);
  }

  /** A frame that is masked where it must not be, and not where it must. */
  wronglyMasked(options: Omit<FrameOptions, 'mask'>): Buffer {
    return frame(this.side === 'server' ? options : { ...options, mask: MASK });
  }

  text(content: string | Uint8Array, options: Partial<FrameOptions> = {}): Buffer {
    return this.frame({ opcode: OPCODES.text, payload: Buffer.from(content), ...options });
  }

  binary(payload: Uint8Array, options: Partial<FrameOptions> = {}): Buffer {
    return this.frame({ opcode: OPCODES.binary, payload, ...options });
  }

  more(content: string | Uint8Array, options: Partial<FrameOptions> = {}): Buffer {
    return this.frame({ opcode: OPCODES.continuation, payload: Buffer.from(content), ...options });
  }

  ping(payload: string | Uint8Array = ''): Buffer {
    return this.frame({ opcode: OPCODES.ping, payload: Buffer.from(payload) });
  }

  pong(payload: string | Uint8Array = ''): Buffer {
    return this.frame({ opcode: OPCODES.pong, payload: Buffer.from(payload) });
  }

  close(code?: number, reason: string | Uint8Array = ''): Buffer {
    const head = Buffer.alloc(code === undefined ? 0 : 2);
    if (code !== undefined) head.writeUInt16BE(code);
    return this.frame({ opcode: OPCODES.close, payload: Buffer.concat([head, Buffer.from(reason)]) });
  }

  /** The header alone of a frame that says it has so many bytes. */
  header(first: number, payloadBytes: bigint, lengthBytes: 0 | 2 | 8): Buffer {
    const bit = this.side === 'server' ? MASK_BIT : 0;
    const head = Buffer.alloc(2 + lengthBytes);
    head[0] = first;
    head[1] = bit | (lengthBytes === 0 ? Number(payloadBytes) : lengthBytes === 2 ? 126 : 127);
    if (lengthBytes === 2) head.writeUInt16BE(Number(payloadBytes), 2);
    if (lengthBytes === 8) head.writeBigUInt64BE(payloadBytes, 2);
    return Buffer.concat([head, this.side === 'server' ? MASK : Buffer.alloc(0)]);
  }
}

export const textAnswer = (content: string): Answer => `text ${Buffer.from(content).toString('hex')}`;
export const binaryAnswer = (payload: Uint8Array): Answer => `binary ${Buffer.from(payload).toString('hex')}`;
export const pongAnswer = (content: string): Answer => `pong ${Buffer.from(content).toString('hex')}`;
