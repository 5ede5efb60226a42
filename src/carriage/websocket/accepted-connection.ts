import type { Duplex } from 'node:stream';
import { systemHost } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { type ConnectionListener, DEAF, type FrameConnection } from '../connection.ts';
import { CLOSE_CODE, FINAL, OPCODE } from './frame/frame.ts';
import { FrameReader, type FrameTaker, type ReaderRules } from './frame/frame-reader.ts';
import { closeFrame, fragmentOf, frameOf, textFrame } from './frame/frame-writer.ts';

/** How much is decoded between two looks at the clock, to the end of a frame: up to 170 of the smallest frames. */
const SLICE_BYTES = 1024;

/** Once this many answers wait to be sent, only the newest ping is answered. */
const MANY_ANSWERS = 32;

const NOTHING = new Uint8Array(0);
const PING = frameOf(FINAL | OPCODE.ping, NOTHING);

/** How much a peer can leave unread before the server stops reading from it; the same for all connections of a server. */
export interface AcceptedRules extends ReaderRules {
  /** While more bytes than this wait to be sent, nothing is read. */
  readonly mostUnsentBytes: number;
  /** The same for the number of answers: even a short one holds hundreds of bytes until the kernel takes it. */
  readonly mostUnsentAnswers: number;
  /** How long a peer has to answer a close frame, which is queued behind everything it has not read yet. */
  readonly closingMs: number;
}

/**
 * The server's end of a WebSocket. Ready-made frames go to the socket as they are. Input is decoded in slices, in turns with all
 * other connections, because a chunk of 64 KiB can hold ten thousand frames. While more waits to be sent than the rules allow,
 * nothing is decoded or read: otherwise the answers to a peer that never reads them would pile up.
 */
export class AcceptedConnection implements FrameConnection, FrameTaker {
  readonly turns: TurnTaker;
  readonly #socket: Duplex;
  readonly #rules: AcceptedRules;
  readonly #reader: FrameReader;
  #listener: ConnectionListener = DEAF; // nothing is read before it begins
  /** `closing` once a close frame was sent, or can no longer be. */
  #state: 'open' | 'closing' | 'closed' = 'open';
  #reading = true;
  /** What was read; decoded up to `#at`. */
  #input: Uint8Array = NOTHING;
  #at = 0;
  /** Whether the peer will send nothing more; and whether the socket has closed. */
  #ended = false;
  #gone = false;
  /** How many answers were written, and how many of them the kernel is known to have taken. */
  #answers = 0;
  #takenAnswers = 0;
  /** The payload of the newest ping, while it is unanswered. */
  #ping: Uint8Array | undefined;
  /** What `closed` will say. */
  #closeCode: number = CLOSE_CODE.abnormal;
  #closeReason = '';
  #deadline: NodeJS.Timeout | undefined;
  readonly #decode = (): boolean => this.#decodeSlices();

  constructor(socket: Duplex, rules: AcceptedRules, turns: TurnTaker) {
    this.#socket = socket;
    this.#rules = rules;
    this.#reader = new FrameReader(rules);
    this.turns = turns;
  }

  /** Starts reading. @param head what was read beyond the handshake */
  begin(listener: ConnectionListener, head: Uint8Array): void {
    this.#listener = listener;
    const socket = Object.assign(this.#socket, { [CONNECTION]: this });
    socket.on('data', onData).on('end', onEnd).on('drain', onDrain).on('error', onError).on('close', onClose);
    if (head.length > 0) this.received(head);
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Node clears `writableNeedDrain` only with `drain`; what the kernel took within the call no longer waits. */
  get takesFrames(): boolean {
    return this.#isOpen && (!this.#socket.writableNeedDrain || !this.hasUnsent);
  }

  get hasUnread(): boolean {
    return this.#at < this.#input.length && this.turns.jobs?.has(this.#decode) === true;
  }

  get hasUnsent(): boolean {
    return this.#socket.writableLength > 0;
  }

  writeFrames(frames: readonly Uint8Array[]): void {
    if (!this.#isOpen) return;
    const several = frames.length > 1;
    if (several) this.#socket.cork(); // one call to the kernel
    for (const each of frames) this.#socket.write(each);
    if (several) this.#socket.uncork();
  }

  /** Between fragments only control frames may be sent. */
  writePart(frame: Uint8Array, from: number, to: number): void {
    if (this.#isOpen) this.#socket.write(fragmentOf(frame, from, to));
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  sendText(text: string): void {
    if (this.#isOpen) this.#answer(textFrame(text));
  }

  sendBytes(bytes: Uint8Array, text: boolean): void {
    if (this.#isOpen) this.#answer(frameOf(FINAL | (text ? OPCODE.text : OPCODE.binary), bytes));
  }

  ping(): void {
    if (this.#isOpen) this.#answer(PING);
  }

  setReading(reading: boolean): void {
    if (this.#isOpen) this.#read(reading); // a closing connection must read the peer's answer
  }

  close(code: number, reason: string): void {
    if (this.#isOpen) this.#sendClose(code, reason);
  }

  terminate(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#socket.destroy();
  }

  message(payload: Uint8Array, text: boolean): void {
    if (this.#state === 'open') this.#listener.message(payload, text);
  }

  /** If several pings wait, it is enough to answer the newest (RFC 6455, section 5.5.3). */
  pinged(payload: Uint8Array): void {
    this.#listener.heard();
    if (this.#unsentAnswers >= MANY_ANSWERS) this.#flush();
    if (this.#unsentAnswers < MANY_ANSWERS) this.#pong(payload);
    else this.#ping = Uint8Array.from(payload);
  }

  ponged(): void {
    this.#listener.answered();
  }

  closing(code: number, reason: string): void {
    this.#closeCode = code;
    this.#closeReason = reason;
    if (this.#isOpen) this.#sendClose(code === CLOSE_CODE.none ? undefined : code, reason);
    this.#socket.end();
  }

  broken(code: number, reason: string): void {
    this.#closeCode = CLOSE_CODE.protocolError;
    this.#closeReason = reason;
    if (this.#isOpen) this.#sendClose(code, reason);
    this.#socket.end();
  }

  /** The socket read a chunk. */
  received(chunk: Uint8Array): void {
    if (this.#reader.over) return;
    const rest = this.#input.subarray(this.#at);
    this.#input = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    if (this.#input.length > SLICE_BYTES) this.#socket.pause(); // pausing costs, so not for a few bytes
    this.#decodeSoon();
  }

  socketEnded(): void {
    this.#ended = true;
    this.#decodeSoon();
  }

  socketDrained(): void {
    this.#listener.drained();
    this.#decodeSoon();
  }

  /** Input that arrived before the end is still decoded, in turns. */
  socketClosed(): void {
    this.#gone = true;
    if (this.#at === this.#input.length || !this.#reading) this.#tellClosed();
    else this.#decodeSoon();
  }

  get #isOpen(): boolean {
    return this.#state === 'open' && !this.#gone;
  }

  #read(reading: boolean): void {
    if (this.#reading === reading) return;
    this.#reading = reading;
    if (reading) this.#decodeSoon();
    else this.#socket.pause();
  }

  #sendClose(code: number | undefined, reason: string): void {
    this.#answer(closeFrame(code, reason));
    this.#beginClosing();
    this.#read(true);
  }

  /** Gives the peer a while to close its side, then destroys the socket. */
  #beginClosing(): void {
    this.#state = 'closing';
    this.#deadline ??= setTimeout(() => this.#socket.destroy(), this.#rules.closingMs);
  }

  #pong(payload: Uint8Array): void {
    if (this.#isOpen) this.#answer(frameOf(FINAL | OPCODE.pong, payload));
  }

  #answer(frame: Uint8Array): void {
    const nth = ++this.#answers;
    this.#socket.write(frame, () => this.#answerTaken(nth));
  }

  #answerTaken(nth: number): void {
    this.#takenAnswers = Math.max(this.#takenAnswers, nth);
    if (this.#unsentAnswers > 0) return;
    const ping = this.#ping;
    this.#ping = undefined;
    if (ping !== undefined) this.#pong(ping);
    this.#decodeSoon();
  }

  #decodeSoon(): void {
    if (this.#state === 'closed' || !this.#reading) return;
    if (this.#at < this.#input.length) systemHost.turns.add(this.#decode, this.turns);
    else this.#goOnReading();
  }

  /** @returns whether more can be decoded now, without waiting for input or for the peer to read */
  #decodeSlices(): boolean {
    const { turns } = systemHost;
    const untilMs = turns.until('decoding');
    do {
      this.#decodeSlice();
    } while (this.#canDecode && !turns.over(untilMs));
    if (this.#at === this.#input.length) this.#goOnReading();
    return this.#canDecode;
  }

  #decodeSlice(): void {
    const { length } = this.#input;
    const end = this.#at + SLICE_BYTES;
    this.#socket.cork(); // all answers go to the kernel in one call
    while (this.#at < end && this.#canDecode)
      this.#at = this.#reader.read(this.#input, this.#at, length, this);
    this.#socket.uncork();
  }

  get #canDecode(): boolean {
    if (this.#at === this.#input.length || !this.#reading) return false;
    return this.#gone || !this.#hasTooMuchUnsent; // if it has, a drain or an answer's callback goes on
  }

  get #hasTooMuchUnsent(): boolean {
    const { mostUnsentBytes, mostUnsentAnswers } = this.#rules;
    return this.#socket.writableLength > mostUnsentBytes || this.#unsentAnswers >= mostUnsentAnswers;
  }

  /** Write callbacks come late: if nothing waits in the socket, all answers have been taken. */
  get #unsentAnswers(): number {
    if (!this.hasUnsent) this.#takenAnswers = this.#answers;
    return this.#answers - this.#takenAnswers;
  }

  /** Hands the answers so far to the kernel. */
  #flush(): void {
    this.#socket.uncork();
    this.#socket.cork();
  }

  /** All input is decoded. */
  #goOnReading(): void {
    this.#input = NOTHING; // frees its memory
    this.#at = 0;
    if (this.#gone) return this.#tellClosed();
    if (this.#socket.isPaused()) this.#socket.resume();
    if (!this.#ended) return;
    this.#beginClosing();
    this.#socket.end();
  }

  #tellClosed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#input = NOTHING;
    this.#at = 0;
    clearTimeout(this.#deadline);
    systemHost.turns.remove(this.#decode, this.turns);
    this.#listener.closed(this.#closeCode, this.#closeReason);
  }
}

// All sockets share these listeners, which look the connection up on the socket: closures would cost each of ten thousand idle
// connections another half kilobyte.

const CONNECTION = Symbol('the connection');

function connectionOf(socket: object): AcceptedConnection {
  return (socket as { [CONNECTION]: AcceptedConnection })[CONNECTION];
}

function onData(this: Duplex, chunk: Buffer): void {
  connectionOf(this).received(chunk);
}

function onEnd(this: Duplex): void {
  connectionOf(this).socketEnded();
}

function onDrain(this: Duplex): void {
  connectionOf(this).socketDrained();
}

/** Peers vanish; `close` follows, and is reported. */
function onError(): void {}

function onClose(this: Duplex): void {
  connectionOf(this).socketClosed();
}
