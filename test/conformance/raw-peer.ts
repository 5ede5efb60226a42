import type { Socket } from 'node:net';
import { type Answer, OPCODES, Sender, type Side } from './case.ts';

/** The payload of the last ping: its pong says that nothing more is to come. */
const END = 'end';
const LONGEST_MS = 60_000;

/** The other end of a connection that is judged: it sends bytes as it likes, and reads answers strictly. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #sender: Sender;
  readonly #answers: Answer[] = [];
  #bytes: Buffer;
  #end: (() => void) | undefined;
  #ended = false;
  #pieces = Promise.resolve();

  /** @param side who is judged @param head what was read behind the handshake */
  constructor(socket: Socket, side: Side, head: Buffer = Buffer.alloc(0)) {
    this.#socket = socket;
    this.#sender = new Sender(side);
    this.#bytes = head;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
    });
    socket.on('error', () => {}); // an end without a word shows in the answers
    socket.on('close', () => {
      this.#ended = true;
      this.#end?.();
    });
  }

  /** Sends each piece on its own, as far as that can be: the other end has had the time to read it. */
  send(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#pieces = this.#pieces.then(
        () =>
          new Promise((resolve) => {
            if (this.#ended) return resolve();
            this.#socket.write(piece, () => setImmediate(resolve));
          }),
      );
    }
  }

  /** All that is answered, to the close or until the connection has proved to be open; `gone` if it just ended. */
  async answers(): Promise<(Answer | 'gone')[]> {
    await this.#pieces;
    const end = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`only ${this.#answers.join(', ')}`)), LONGEST_MS);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (this.#ended) this.#end?.();
    else this.#socket.write(this.#sender.ping(END));
    this.#read();
    await end;
    this.#socket.destroy(); // or it is asked, by a ping, whether it is still there
    const closed = this.#answers.at(-1)?.startsWith('close') ?? false;
    return this.#ended && !closed ? [...this.#answers, 'gone'] : this.#answers;
  }

  #read(): void {
    for (let frame = this.#takeFrame(); frame !== undefined; frame = this.#takeFrame()) {
      const { opcode, payload } = frame;
      if (this.#answers.at(-1)?.startsWith('close')) throw new Error('a frame behind the close');
      if (opcode === OPCODES.ping) continue; // may come at any time, where a case takes long
      if (opcode === OPCODES.pong && payload.toString() === END) return this.#end?.();
      this.#answers.push(answerOf(opcode, payload));
      if (opcode === OPCODES.close) this.#socket.end(this.#sender.close(1000));
    }
  }

  /** A frame as it must be: final, no reserved bits, masked only from a client, its length in the shortest form. */
  #takeFrame(): { opcode: number; payload: Buffer } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const [first = 0, second = 0] = bytes;
    const masked = this.#sender.side === 'client';
    if ((first & 0xf0) !== 0x80) throw new Error(`not a final frame without reserved bits: ${first}`);
    if (((second & 0x80) !== 0) !== masked)
      throw new Error(`masked, or not, and should not be so: ${second}`);
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const headBytes = 2 + lengthBytes + (masked ? 4 : 0);
    if (bytes.length < headBytes) return undefined;
    const size =
      lengthBytes === 0
        ? short
        : lengthBytes === 2
          ? bytes.readUInt16BE(2)
          : Number(bytes.readBigUInt64BE(2));
    if ((lengthBytes === 2 && size < 126) || (lengthBytes === 8 && size < 65_536))
      throw new Error('too long a form');
    if (bytes.length < headBytes + size) return undefined;
    const mask = bytes.subarray(headBytes - 4, headBytes);
    const payload = Buffer.from(bytes.subarray(headBytes, headBytes + size));
    if (masked) for (let i = 0; i < size; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
    this.#bytes = bytes.subarray(headBytes + size);
    return { opcode: first & 0x0f, payload };
  }
}

function answerOf(opcode: number, payload: Buffer): Answer {
  switch (opcode) {
    case OPCODES.text:
      return `text ${payload.toString('hex')}`;
    case OPCODES.binary:
      return `binary ${payload.toString('hex')}`;
    case OPCODES.pong:
      return `pong ${payload.toString('hex')}`;
    case OPCODES.close:
      return payload.length < 2 ? 'close' : `close ${payload.readUInt16BE(0)}`;
    default:
      throw new Error(`opcode ${opcode}`);
  }
}
