import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { systemHost } from '../../host/host.ts';
import { MessageBatch } from '../../measure/message-batch.ts';
import type { Connection, DialListener } from '../connection.ts';
import { drawKey } from './draw-key.ts';
import { CLOSE_CODE, FINAL, OPCODE } from './frame/frame.ts';
import { FrameReader, type FrameTaker } from './frame/frame-reader.ts';
import { closeFrame, FrameWriter, frameOf } from './frame/frame-writer.ts';
import type { HandshakeSocket, SocketReader } from './handshake-socket.ts';
import { ReadMemory } from './read-memory.ts';

/**
 * All connections of the process read into one shared arena, through Node's `onread`. Each read is consumed before the next
 * one. A connection copies what it can't consume (an incomplete frame, or everything while it is paused) into memory of its own,
 * and puts it in front of its next read.
 */
const READ_BYTES = 131_072;
const LARGEST_PLAIN_FRAME_BYTES = 65_539;
const ARENA_BYTES = LARGEST_PLAIN_FRAME_BYTES + 2 * READ_BYTES;
/** How long a server has to answer a close frame. */
const CLOSING_MS = 30_000;
const NOTHING = new Uint8Array(0);

const { turns } = systemHost;

let arena: ReadMemory | undefined;
/** The connection that is consuming the arena's contents; others wait. */
let user: DialledConnection | undefined;

/** Created with the first connection, since a server needs none. */
function theArena(): ReadMemory {
  arena ??= new ReadMemory(ARENA_BYTES);
  return arena;
}

/** The limits of a client's connection. */
export interface DialledLimits {
  readonly maximumMessageBytes: number;
  /** While more than this waits to be sent, nothing is read, or answers to a peer that never reads would pile up. @default no limit */
  readonly mostUnsentBytes?: number;
}

/** The calls that follow the handshake. */
type DialledListener = Pick<DialListener, 'messages' | 'heard' | 'closed'>;

/**
 * The client's end of a WebSocket. Nearly all input is plain data frames, which WebAssembly reads in place, many at once
 * (`ReadMemory`). Any other frame goes to the strict reader, which takes over until the end of that frame's message.
 */
export class DialledConnection implements Connection, FrameTaker, SocketReader {
  readonly #socket: Socket;
  readonly #memory: ReadMemory = theArena();
  readonly #limits: DialledLimits;
  readonly #reader: FrameReader;
  readonly #listener: DialledListener;
  /** `closing` once a close frame was sent, or can no longer be. */
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** What was read and not consumed, in memory of its own. */
  #rest: Uint8Array = NOTHING;
  /** Where in the arena the next read goes, with room for the rest in front. */
  #readAt = 0;
  #reading = true;
  #begun = false;
  /** Whether it waits for its turn, perhaps with input already read. */
  #yielded = false;
  readonly #takeTurn = (): boolean => this.#goOnAfterOthers();
  readonly #answers = new FrameWriter(drawKey);
  /** Sends, at the end of this turn of the event loop, the answers to what was read in it. */
  #sender: NodeJS.Immediate | undefined;
  /** Whether the server will send nothing more; and whether the socket has closed. */
  #ended = false;
  #gone = false;
  /** What `closed` will say. */
  #closeCode: number = CLOSE_CODE.abnormal;
  #closeReason = '';
  #deadline: NodeJS.Timeout | undefined;

  /** @param socket has finished its handshake; nothing is delivered before `begin` */
  constructor(socket: HandshakeSocket, head: Uint8Array, limits: DialledLimits, listener: DialledListener) {
    this.#limits = limits;
    this.#listener = listener;
    const { maximumMessageBytes: mostMessageBytes } = limits;
    this.#reader = new FrameReader({ masked: false, mostMessageBytes, isUtf8 });
    const { socket: below, rest } = socket.handOver(this);
    this.#socket = below;
    this.#socket.pause();
    this.#keep(head);
    this.#keep(rest);
    this.#ended = below.readableEnded;
  }

  begin(): void {
    this.#begun = true;
    const socket = this.#socket;
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => {
      this.#ended = true;
      this.#goOn();
    });
    socket.on('error', () => {}); // `close` follows, and is reported
    socket.on('close', () => {
      this.#gone = true;
      if (this.#reading && this.#yielded) return; // its turn delivers what arrived before the end
      this.#goOn();
      this.#tellClosed();
    });
    this.#goOn();
  }

  /** Sends a text: at once, or, in answer to messages, together with all other answers of this turn of the event loop. */
  sendText(text: string): void {
    if (this.#state !== 'open') return;
    this.#answers.addText(text);
    if (this.#sender === undefined) this.#sendAnswers();
  }

  sendBytes(bytes: Uint8Array, text: boolean): void {
    this.#send(FINAL | (text ? OPCODE.text : OPCODE.binary), bytes);
  }

  ping(): void {
    this.#send(FINAL | OPCODE.ping, NOTHING);
  }

  /** Stops or resumes reading; messages already read may still be delivered. */
  setReading(reading: boolean): void {
    if (this.#state === 'open') this.#read(reading); // a closing connection must read the peer's answer
  }

  close(code: number, reason: string): void {
    if (this.#state === 'open') this.#sendClose(code, reason);
  }

  terminate(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#socket.destroy();
  }

  room(): Uint8Array {
    this.#readAt = this.#memory.start + this.#rest.length;
    return this.#memory.bytes.subarray(this.#readAt, this.#readAt + READ_BYTES);
  }

  received(count: number, bytes: Uint8Array): void {
    const inArena = bytes.buffer === this.#memory.bytes.buffer;
    if (!inArena) this.#keep(bytes.subarray(0, count));
    if (turns.readEnough) this.#yield(); // keeps what was read
    this.#use(inArena ? count : 0);
    if (turns.readEnough) this.#yield();
  }

  /** A message from the strict reader. */
  message(payload: Uint8Array, text: boolean): void {
    this.#give(MessageBatch.of(payload, text));
  }

  pinged(payload: Uint8Array): void {
    this.#listener.heard();
    if (this.#state !== 'open') return;
    this.#answers.add(FINAL | OPCODE.pong, payload);
    this.#answerSoon();
  }

  ponged(): void {
    this.#listener.heard();
  }

  closing(code: number, reason: string): void {
    this.#closeCode = code;
    this.#closeReason = reason;
    if (this.#state === 'open') this.#sendClose(code === CLOSE_CODE.none ? undefined : code, reason);
    this.#socket.end();
  }

  /** Closes at once: the server may take its time to answer the close frame. */
  broken(code: number, reason: string): void {
    if (this.#state === 'open') this.#sendClose(code, reason);
    const told = code === CLOSE_CODE.protocolError ? `a broken frame came: ${reason}` : reason;
    this.#tellClosed(code, told, true);
    setImmediate(() => this.#socket.destroy());
  }

  #read(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#goOn();
    else this.#socket.pause();
  }

  #send(first: number, payload: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#sendAnswers();
    this.#socket.write(frameOf(first, payload, drawKey()));
  }

  #sendClose(code: number | undefined, reason: string): void {
    this.#sendAnswers();
    this.#socket.write(closeFrame(code, reason, drawKey()));
    this.#state = 'closing';
    this.#deadline = setTimeout(() => this.#socket.destroy(), CLOSING_MS);
    this.#read(true);
  }

  #answerSoon(): void {
    this.#sender ??= setImmediate(() => {
      this.#sender = undefined;
      this.#sendAnswers();
    });
  }

  #sendAnswers(): void {
    if (!this.#answers.empty) this.#socket.write(this.#answers.take());
  }

  /** Consumes what is left, then resumes reading. */
  #goOn(): void {
    if (user === this || this.#waits) return;
    if (user !== undefined) return this.#yield();
    if (this.#rest.length > 0) this.#use(0);
    if (this.#waits) return;
    if (this.#gone) this.#tellClosed();
    else if (this.#ended) this.#socket.end();
    else this.#socket.resume();
  }

  /** Whether nothing may be delivered for now. */
  get #waits(): boolean {
    if (!this.#begun || this.#state === 'closed' || !this.#reading || this.#yielded) return true;
    const { mostUnsentBytes = Number.POSITIVE_INFINITY } = this.#limits;
    return !this.#gone && this.#socket.writableLength > mostUnsentBytes;
  }

  /** Delivers and reads nothing until its next turn. */
  #yield(): void {
    this.#yielded = true;
    this.#socket.pause();
    turns.add(this.#takeTurn);
  }

  /** @returns false: the next read asks for the next turn */
  #goOnAfterOthers(): boolean {
    this.#yielded = false;
    this.#goOn();
    return false;
  }

  /** Consumes what was left over, and the `count` bytes that were read after it. */
  #use(count: number): void {
    const { bytes } = this.#memory;
    const end = this.#readAt + count;
    let at = this.#readAt - this.#rest.length;
    bytes.set(this.#rest, at);
    user = this;
    try {
      for (let before = -1; at < end && at !== before && !this.#waits; ) {
        before = at;
        at = this.#useSome(bytes, at, end);
      }
    } finally {
      user = undefined;
    }
    this.#rest = at === end || this.#reader.over ? NOTHING : Uint8Array.from(bytes.subarray(at, end));
    if (this.#waits) this.#socket.pause();
  }

  /** Appends bytes that were not read into the arena to what is left. */
  #keep(bytes: Uint8Array): void {
    const both = new Uint8Array(this.#rest.length + bytes.length);
    both.set(this.#rest);
    both.set(bytes, this.#rest.length);
    this.#rest = both;
    this.#readAt = this.#memory.start + both.length;
  }

  /** @returns the index of the first byte not consumed; `at` if nothing was complete */
  #useSome(bytes: Buffer, at: number, end: number): number {
    if (!this.#reader.between) return this.#reader.read(bytes, at, end, this);
    const walk = this.#memory.walk(at, end, this.#limits.maximumMessageBytes);
    const { batch, validMessages } = this.#memory;
    const valid = validMessages === batch.count;
    batch.count = validMessages;
    if (batch.count > 0) this.#give(batch);
    if (!valid) this.broken(CLOSE_CODE.notUtf8, 'a text message is not UTF-8');
    if (this.#waits) return walk.at;
    return walk.unusual ? this.#reader.read(bytes, walk.at, end, this) : walk.at;
  }

  #give(batch: MessageBatch): void {
    this.#answerSoon();
    this.#listener.messages(batch);
  }

  #tellClosed(code = this.#closeCode, reason = this.#closeReason, own = false): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#deadline);
    clearImmediate(this.#sender);
    turns.remove(this.#takeTurn);
    this.#listener.closed(code, reason, own);
  }
}
