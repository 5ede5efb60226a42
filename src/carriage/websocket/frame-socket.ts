import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { systemHost } from '../../host/host.ts';
import type { MessageBatch } from '../../measure/message-batch.ts';
import { FragmentJoiner } from './fragment-joiner.ts';
import { FrameWalker, frameAgain, isPingOrPong, validMessages } from './frame-walker.ts';
import { KeptBytes } from './kept-bytes.ts';
import { MaskedFrames } from './masked-frames.ts';
import { ReadMemory } from './read-memory.ts';

/**
 * All connections of the process read into one piece of memory, as Node's `onread` lets them: what is read is used
 * up before anything else is read, but for the beginning of a frame, or all of it while nobody takes it, which each
 * connection keeps. What it keeps is put before what it reads next.
 */
const READ_BYTES = 131_072;
const LARGEST_PLAIN_FRAME_BYTES = 65_539;
const ARENA_BYTES = LARGEST_PLAIN_FRAME_BYTES + 2 * READ_BYTES;

const { turns } = systemHost;

let arena: ReadMemory | undefined;
/** The connection that is using what was read into it: whoever else wants to waits. */
let user: FrameSocket | undefined;

/** Made when the first connection is: a server needs none. */
function theArena(): ReadMemory {
  arena ??= new ReadMemory(ARENA_BYTES);
  return arena;
}

/** What comes in. */
type Phase =
  /** The head of the answer to the handshake. */
  | 'head'
  /** Frames that nobody can take yet. */
  | 'accepted'
  | 'frames'
  /** What is all for the other side of the stream: the body of a refusal, or frames after an error. */
  | 'opaque';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const ACCEPTANCE = /^HTTP\/1\.\d 101 /;
const INFORMATION = /^HTTP\/1\.\d 1\d\d /;
const LONGEST_HEAD_BYTES = 65_536;

/**
 * A client's socket that takes plain data frames out of what it receives, and is an ordinary stream for all the
 * rest, in its order: the handshake, control frames, fragments, and whatever breaks the protocol. So `ws` runs the
 * connection and stays the strict decoder, and only the frames in which nearly all messages come pass it by.
 */
export class FrameSocket extends Duplex {
  readonly #socket: Socket;
  readonly #memory: ReadMemory = theArena();
  readonly #walker: FrameWalker;
  readonly #messages: (batch: MessageBatch) => void;
  #phase: Phase = 'head';
  #head: Buffer = Buffer.alloc(0);
  /** What was read and is not used up. */
  readonly #rest = new KeptBytes();
  /** Bytes to come of a frame for the strict decoder, and all that it has. */
  #unusualBytes = 0;
  #unusualFrameBytes = 0;
  /** Where in the arena the next read goes: there is room for the rest before it, which only gets shorter. */
  #readAt = 0;
  #reading = true;
  #pause: NodeJS.Immediate | undefined;
  readonly #texts = new MaskedFrames();
  /** Will send the texts of a turn in which messages came; without it there are none. */
  #sender: NodeJS.Immediate | undefined;
  readonly #mostMessageBytes: number;
  /** Once there is something to join. */
  #joiner: FragmentJoiner | undefined;
  /** Has given way to others, with what it may have read. */
  #yielded = false;
  readonly #mostUnsentBytes: number;
  readonly #takeTurn = (): boolean => this.#goOnAfterOthers();
  #ended = false;

  /**
   * @param open opens the socket, with this `onread`
   * @param options.mostUnsentBytes while so much waits to be sent nothing is read: what comes has answers, and a peer that
   *   does not read them could have them pile up
   */
  constructor(
    open: (onread: OnReadOpts) => Socket,
    options: { readonly maximumMessageBytes: number; readonly mostUnsentBytes?: number },
    messages: (batch: MessageBatch) => void,
  ) {
    super();
    const { maximumMessageBytes, mostUnsentBytes = Number.POSITIVE_INFINITY } = options;
    this.#mostUnsentBytes = mostUnsentBytes;
    this.#walker = new FrameWalker(this.#memory, maximumMessageBytes);
    this.#mostMessageBytes = maximumMessageBytes;
    this.#messages = messages;
    this.#socket = open({
      buffer: () => {
        this.#readAt = this.#memory.start + this.#rest.length;
        return this.#memory.bytes.subarray(this.#readAt, this.#readAt + READ_BYTES);
      },
      callback: (count) => {
        if (turns.readEnough) this.#yield(); // with what was read
        this.#use(count);
        if (turns.readEnough) this.#yield();
        return true;
      },
    });
    this.#socket.on('error', (error) => this.destroy(error));
    this.#socket.on('drain', () => this.#goOn());
    this.#socket.on('end', () => {
      this.#ended = true;
      this.#goOn();
    });
    this.#socket.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  /** The handshake is over: messages can be taken. */
  begin(): void {
    if (this.#phase === 'accepted') this.#phase = 'frames';
    this.#goOn();
  }

  /** From now on nothing is taken out any more. */
  handOver(): void {
    this.#phase = 'opaque';
    this.#goOn();
  }

  /** Stops or goes on reading; what has been read already may still be handed over. */
  setReading(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#goOn();
    else this.#socket.pause();
  }

  /**
   * Sends a text, between two frames of what is written here. What is sent in answer goes out when the event loop has
   * come round, in one call with the answers to all that is read till then.
   */
  sendText(text: string): void {
    this.#texts.addText(text);
    if (this.#sender === undefined) this.#sendTexts();
  }

  override _read(): void {
    if (this.#phase === 'opaque') this.#goOn();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#sendTexts();
    this.#socket.write(chunk, (error) => this.#written(error, done));
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#sendTexts();
    const all = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#socket.write(all, (error) => this.#written(error, done));
  }

  override _final(done: () => void): void {
    this.#sendTexts();
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearImmediate(this.#pause);
    clearImmediate(this.#sender);
    turns.remove(this.#takeTurn);
    this.#socket.destroy();
    done(error);
  }

  #written(error: Error | null | undefined, done: (error?: Error | null) => void): void {
    const waited = this.#waits;
    done(error);
    if (waited) this.#goOn();
  }

  /** Goes on with what is left, and then with reading. */
  #goOn(): void {
    if (user === this || this.#waits) return;
    if (user !== undefined) return this.#yield();
    if (this.#rest.length > 0) this.#use(0);
    if (this.#waits) return;
    if (this.#ended) this.push(null);
    else this.#socket.resume();
  }

  /** Whether nothing can be handed over for now. */
  get #waits(): boolean {
    const clogged = this.writableLength + this.#socket.writableLength > this.#mostUnsentBytes;
    const waits = clogged || !this.#reading || this.#yielded || this.#pause !== undefined;
    return waits || this.#phase === 'accepted' || this.destroyed;
  }

  /** Hands over and reads nothing more until all others that have something to do had their turn. */
  #yield(): void {
    this.#yielded = true;
    this.#socket.pause();
    turns.add(this.#takeTurn);
  }

  /** @returns false: what is read next asks for the next turn */
  #goOnAfterOthers(): boolean {
    this.#yielded = false;
    this.#goOn();
    return false;
  }

  /** Uses what is left and the `count` bytes that were read behind it. */
  #use(count: number): void {
    const { bytes } = this.#memory;
    const end = this.#readAt + count;
    let at = this.#readAt - this.#rest.length;
    this.#rest.copyTo(bytes, at);
    user = this;
    try {
      for (let before = -1; at < end && at !== before && !this.#waits; ) {
        before = at;
        at = this.#useSome(bytes, at, end);
      }
    } finally {
      user = undefined;
    }
    this.#rest.keep(bytes.subarray(at, end));
    if (this.#waits) this.#socket.pause();
  }

  /** @returns up to where the bytes are used; `at` if they don't suffice */
  #useSome(bytes: Buffer, at: number, end: number): number {
    if (this.#phase === 'head') return this.#useHead(bytes, at, end);
    if (this.#phase === 'frames')
      return this.#unusualBytes > 0 ? this.#handUnusual(bytes, at, end) : this.#walk(bytes, at, end);
    if (!this.#hand(bytes.subarray(at, end))) this.#socket.pause();
    return end;
  }

  /** The head of the answer goes to whoever asked; what is behind it stays here if it is an acceptance. */
  #useHead(bytes: Buffer, at: number, end: number): number {
    const before = this.#head.length;
    this.#head = Buffer.concat([this.#head, bytes.subarray(at, end)]);
    const found = this.#head.indexOf(END_OF_HEAD);
    const used = found < 0 ? end : at + found + END_OF_HEAD.length - before;
    const start = this.#head.toString('latin1', 0, 16);
    if (found >= 0) {
      this.#head = Buffer.alloc(0);
      if (ACCEPTANCE.test(start)) this.#phase = 'accepted';
      else if (!INFORMATION.test(start)) this.#phase = 'opaque';
    } else if (this.#head.length > LONGEST_HEAD_BYTES) {
      this.#phase = 'opaque'; // whoever asked will refuse it
    }
    this.#hand(bytes.subarray(at, used));
    return used;
  }

  #walk(bytes: Buffer, start: number, end: number): number {
    const { batch } = this.#memory;
    const { at, unusualBytes } = this.#walker.walk(start, end);
    this.#unusualBytes = unusualBytes;
    this.#unusualFrameBytes = unusualBytes;
    const valid = validMessages(this.#memory);
    const broken = valid < batch.count ? frameAgain(batch, valid) : undefined;
    batch.count = valid;
    if (valid > 0) this.#give(batch);
    if (broken !== undefined) {
      this.#phase = 'opaque';
      this.#hand(broken);
    }
    return unusualBytes > 0 && !this.#waits ? this.#handUnusual(bytes, at, end) : at;
  }

  #give(batch: MessageBatch): void {
    this.#sender ??= setImmediate(() => {
      this.#sender = undefined;
      this.#sendTexts();
    });
    this.#messages(batch);
  }

  #sendTexts(): void {
    if (!this.#texts.empty) this.#socket.write(this.#texts.take());
  }

  #handUnusual(bytes: Buffer, at: number, end: number): number {
    const part = bytes.subarray(at, Math.min(end, at + this.#unusualBytes));
    const harmless = part.length === this.#unusualFrameBytes && isPingOrPong(part);
    this.#unusualBytes -= part.length;
    this.#join(part);
    // The strict decoder gets the time to tell of an error, or to catch up: nothing may overtake this frame.
    if (this.#unusualBytes === 0 && !harmless) this.#waitForDecoder();
    return at + part.length;
  }

  #waitForDecoder(): void {
    this.#pause = setImmediate(() => {
      this.#pause = undefined;
      if (this.readableLength > 0) this.#waitForDecoder();
      else this.#goOn();
    });
  }

  #join(bytes: Uint8Array): void {
    const limits = { masked: false, mostBytes: this.#mostMessageBytes };
    this.#joiner ??= new FragmentJoiner(limits, (joined) => void this.push(joined));
    this.#joiner.take(bytes);
  }

  #hand(bytes: Uint8Array): boolean {
    return this.push(Buffer.from(bytes));
  }
}
