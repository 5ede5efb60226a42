import type { Duplex } from 'node:stream';
import { systemHost } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { type ConnectionListener, DEAF, type FrameConnection } from '../connection.ts';
import { CLOSE_CODE, FINAL, OPCODE } from './frame/frame.ts';
import { FrameReader, type FrameTaker, type ReaderRules } from './frame/frame-reader.ts';
import { closeFrame, fragmentOf, frameOf, textFrame } from './frame/frame-writer.ts';

/** So many bytes are decoded, and the rest of a frame, between two looks at the clock: of the smallest frames 170. */
const SLICE_BYTES = 1024;

/** While so many answers wait to be sent, only the newest ping gets one. */
const MANY_ANSWERS = 32;

const NOTHING = new Uint8Array(0);
const PING = frameOf(FINAL | OPCODE.ping, NOTHING);

/** What a peer can make wait, and how far; the same for all connections of a server. */
export interface AcceptedRules extends ReaderRules {
  /** While more waits to be sent, nothing is read. */
  readonly mostUnsentBytes: number;
  /** The same of answers: however short it is, each takes some hundred bytes of memory until the kernel has it. */
  readonly mostUnsentAnswers: number;
  /** How long a peer has to answer a close frame, which comes behind all that it has still to read. */
  readonly closingMs: number;
}

/**
 * A server's end of a WebSocket, on its socket. Ready-made frames go to the socket as they are. What comes is decoded in slices,
 * by turns with all other connections: a chunk of 64 KiB can hold ten thousand frames. While more waits to be sent than the rules
 * allow nothing is decoded or read: what a peer sends has answers, and one that does not read them could have them pile up.
 */
export class AcceptedConnection implements FrameConnection, FrameTaker {
  readonly turns: TurnTaker;
  readonly #socket: Duplex;
  readonly #rules: AcceptedRules;
  readonly #reader: FrameReader;
  #listener: ConnectionListener = DEAF; // nothing is read before it begins
  /** `closing` once a close frame was sent, or none can be any more. */
  #state: 'open' | 'closing' | 'closed' = 'open';
  #reading = true;
  /** What was read; up to `#at` it is used. */
  #input: Uint8Array = NOTHING;
  #at = 0;
  /** Whether the peer will send nothing more; and whether the socket has closed. */
  #ended = false;
  #gone = false;
  /** How many answers were written, and how many of these the kernel is known to have taken. */
  #answers = 0;
  #takenAnswers = 0;
  /** What the newest ping said that is not answered. */
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

  /** Reads from now on. @param head what was read behind the handshake */
  begin(listener: ConnectionListener, head: Uint8Array): void {
    this.#listener = listener;
    const socket = Object.assign(this.#socket, { [CONNECTION]: this });
    socket.on('data', onData).on('end', onEnd).on('drain', onDrain).on('error', onError).on('close', onClose);
    if (head.length > 0) this.received(head);
  }

  /** What the kernel took within a call of `write` waits no more, though Node tells of it only later. */
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
    if (several) this.#socket.cork(); // so that they go to the kernel in one call
    for (const each of frames) this.#socket.write(each);
    if (several) this.#socket.uncork();
  }

  /** Between fragments no other text may come, but control frames may. */
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
    if (this.#isOpen) this.#read(reading); // once it is closing, it has to read the peer's answer
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

  /** Of pings that can't be answered yet it is enough to answer the newest (RFC 6455, section 5.5.3). */
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

  /** A chunk came from the socket. */
  received(chunk: Uint8Array): void {
    if (this.#reader.over) return;
    const rest = this.#input.subarray(this.#at);
    this.#input = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    if (this.#input.length > SLICE_BYTES) this.#socket.pause(); // a little goes on without: pausing costs
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

  /** What came before the end is still decoded, by turns as ever. */
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

  /** The peer has a while to end the connection on its side. */
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

  /** @returns whether there is more to do at once: else more has to come first, or to be sent */
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
    this.#socket.cork(); // so that all that is answered to it goes to the kernel in one call
    while (this.#at < end && this.#canDecode)
      this.#at = this.#reader.read(this.#input, this.#at, length, this);
    this.#socket.uncork();
  }

  get #canDecode(): boolean {
    if (this.#at === this.#input.length || !this.#reading) return false;
    return this.#gone || !this.#hasTooMuchUnsent; // else it drains, or its answers are sent
  }

  get #hasTooMuchUnsent(): boolean {
    const { mostUnsentBytes, mostUnsentAnswers } = this.#rules;
    return this.#socket.writableLength > mostUnsentBytes || this.#unsentAnswers >= mostUnsentAnswers;
  }

  /** Of what the kernel takes within a call Node tells only later. */
  get #unsentAnswers(): number {
    if (!this.hasUnsent) this.#takenAnswers = this.#answers;
    return this.#answers - this.#takenAnswers;
  }

  /** Has the kernel take what a slice has been answered so far. */
  #flush(): void {
    this.#socket.uncork();
    this.#socket.cork();
  }

  /** All that was read is used up. */
  #goOnReading(): void {
    this.#input = NOTHING; // what is used up is let go
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

// All sockets share the listeners, which find the connection by the socket: with listeners of its own, each of ten thousand
// idle connections would take half a kilobyte more.

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

/** It closes next, which says it all: a peer may vanish at any moment. */
function onError(): void {}

function onClose(this: Duplex): void {
  connectionOf(this).socketClosed();
}
