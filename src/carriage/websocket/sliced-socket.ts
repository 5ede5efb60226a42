import { Duplex } from 'node:stream';
import { systemHost } from '../../host/host.ts';
import type { TurnTaker } from '../../host/turns.ts';
import { ClientFrameWalker } from './client-frame-walker.ts';
import { FragmentJoiner } from './fragment-joiner.ts';

const NOTHING = Buffer.alloc(0);

/** So many bytes are decoded between two looks at the clock: of the smallest frames there are 170 in it. */
const SLICE_BYTES = 1024;

/** Who takes plain texts; the memory is theirs to keep. */
interface TextTaker {
  text(payload: Uint8Array): void;
  /** No answer waits to be sent any more. */
  answersSent(): void;
}

/** What a peer can make wait, and how far. */
export interface SlicedSocketLimits {
  /** While more waits to be sent, nothing is read. */
  readonly mostUnsentBytes: number;
  /** The same of answers: however short it is, each takes some hundred bytes of memory until the kernel has it. */
  readonly mostUnsentAnswers: number;
  readonly mostMessageBytes: number;
}

/**
 * A server's socket whose input is decoded in slices, by turns with all other connections: a chunk of 64 KiB can hold
 * ten thousand frames. Plain short texts are taken out of it, once somebody takes them: receipts come as such, and a
 * strict decoder takes several times as long. While more waits to be sent than the limits allow, nothing is
 * read, since what a peer sends has answers, and one that does not read them could have them pile up. What is written here, which
 * is answers and not frames of the stream, passes through as it is.
 */
export class SlicedSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #limits: SlicedSocketLimits;
  readonly #turns: TurnTaker;
  readonly #walker = new ClientFrameWalker(SLICE_BYTES);
  /** Once there is something to join. */
  #joiner: FragmentJoiner | undefined;
  #taker: TextTaker | undefined;
  #unsentAnswers = 0;
  #input: Buffer;
  /** Up to here it is used. */
  #at = 0;
  #wanted = false;
  #ended = false;
  #gone = false;
  #error: Error | undefined;
  readonly #feed = (): boolean => this.#feedSlices();
  readonly #answerSent = (): void => this.#noteSent();

  /** @param head what was read behind the handshake */
  constructor(socket: Duplex, head: Buffer, limits: SlicedSocketLimits, turns: TurnTaker) {
    super({ readableHighWaterMark: SLICE_BYTES, autoDestroy: true });
    this.#socket = socket;
    this.#input = head.length === 0 ? NOTHING : head;
    this.#limits = limits;
    this.#turns = turns;
    socket.pause();
    Object.assign(socket, { [ABOVE]: this });
    socket.on('data', onData).on('end', onEnd).on('drain', onDrain).on('error', onError).on('close', onClose);
  }

  /** A chunk came from the socket below. */
  belowReceived(chunk: Buffer): void {
    const rest = this.#input.subarray(this.#at);
    this.#input = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    if (this.#input.length > SLICE_BYTES) this.#socket.pause(); // a little goes on without: pausing costs
    this.#feedSoon();
  }

  belowEnded(): void {
    this.#ended = true;
    this.#feedSoon();
  }

  belowDrained(): void {
    this.#feedSoon();
  }

  belowFailed(error: Error): void {
    this.#error = error;
  }

  belowClosed(): void {
    this.#gone = true;
    if (this.#at === this.#input.length || this.isPaused()) this.destroy(this.#error);
    else this.#feedSoon(); // what came before the end is still decoded, by turns as ever
  }

  /** Has plain texts given to somebody, in their order among all else, and no longer to whoever reads here. */
  takeTexts(taker: TextTaker): void {
    this.#taker = taker;
  }

  override _read(): void {
    this.#wanted = true;
    this.#feedSoon();
  }

  /** Nothing may have been read here since it was paused, and then nobody asks for more. */
  override resume(): this {
    super.resume();
    this.#feedSoon();
    return this;
  }

  /** Whether there is input that waits for its turn, and not for the peer to send the rest. */
  get hasUnread(): boolean {
    return this.#at < this.#input.length && this.#turns.jobs?.has(this.#feed) === true;
  }

  /** How many answers the kernel has not taken yet. */
  get unsentAnswers(): number {
    return this.#unsentAnswers;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#answer(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#socket.cork();
    for (const { chunk } of chunks) this.#answer(chunk);
    this.#socket.uncork();
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    systemHost.turns.remove(this.#feed, this.#turns);
    this.#socket.destroy();
    done(error);
  }

  #answer(chunk: Buffer): void {
    this.#unsentAnswers++;
    this.#socket.write(chunk, this.#answerSent);
  }

  #noteSent(): void {
    this.#unsentAnswers--;
    if (this.#unsentAnswers > 0) return;
    this.#taker?.answersSent();
    this.#feedSoon();
  }

  #feedSoon(): void {
    if (this.#wanted) systemHost.turns.add(this.#feed, this.#turns);
  }

  /** @returns whether there may be more to do at once: else `_read` follows, or what was waited for */
  #feedSlices(): boolean {
    const { turns } = systemHost;
    const untilMs = turns.until('decoding');
    let more = this.#feedSlice();
    while (more && !turns.over(untilMs)) more = this.#feedSlice();
    return more;
  }

  /** @returns whether a slice was used, and there may be more */
  #feedSlice(): boolean {
    let leftBytes = SLICE_BYTES;
    this.#socket.cork(); // so that all that is answered to it goes to the kernel in one call
    for (let used = 1; used > 0 && leftBytes > 0; leftBytes -= used) used = this.#feedSome();
    this.#socket.uncork();
    return leftBytes <= 0;
  }

  /** @returns how many bytes were used; 0 if there are none, or if something else must come before them */
  #feedSome(): number {
    if (!this.#wanted || this.destroyed || this.isPaused()) return 0;
    if (this.#at === this.#input.length) return this.#waitForInput();
    if (this.#hasTooMuchUnsent && !this.#gone) return 0; // `drain` follows, or that the answers were sent
    if (this.#taker === undefined) this.#walker.giveUp();
    const from = this.#at;
    const { atBorder } = this.#walker;
    const next = this.#walker.next(this.#input, from);
    if (next === 'part') {
      if (!this.#gone && !this.#ended) return this.#waitForInput();
      this.#walker.giveUp(); // the rest will not come
      return this.#feedSome();
    }
    const { start, end } = this.#walker;
    const bytes = this.#input.subarray(start, end);
    this.#at = end;
    if (end === this.#input.length) {
      this.#input = NOTHING; // what is used up is let go
      this.#at = 0;
    }
    if (next === 'text') this.#taker?.text(bytes);
    else if (atBorder && this.#walker.atBorder) this.#handFrame(bytes);
    else this.#handPart(bytes);
    return end - from;
  }

  get #hasTooMuchUnsent(): boolean {
    const { mostUnsentBytes, mostUnsentAnswers } = this.#limits;
    return this.#socket.writableLength > mostUnsentBytes || this.#unsentAnswers >= mostUnsentAnswers;
  }

  #waitForInput(): number {
    if (this.#gone) this.destroy(this.#error);
    else if (this.#ended) this.push(null);
    else if (this.#socket.isPaused()) this.#socket.resume();
    return 0;
  }

  /** Behind a frame the strict decoder gets the time to tell of an error, before a text overtakes it: `_read` follows. */
  #handFrame(frame: Buffer): void {
    this.#wanted = false;
    this.push(frame);
  }

  #handPart(bytes: Buffer): void {
    const limits = { masked: true, mostBytes: this.#limits.mostMessageBytes };
    this.#joiner ??= new FragmentJoiner(limits, (joined) => this.#handJoined(joined));
    this.#joiner.take(bytes);
  }

  #handJoined(bytes: Buffer): void {
    this.#handFrame(bytes);
    if (!this.#walker.atBorder && this.readableLength < SLICE_BYTES) this.#wanted = true;
  }
}

// All sockets share the listeners, which find what they tell by the emitter, as those of AcceptedEvents do.

const ABOVE = Symbol('the socket above');

function aboveOf(below: object): SlicedSocket {
  return (below as { [ABOVE]: SlicedSocket })[ABOVE];
}

function onData(this: Duplex, chunk: Buffer): void {
  aboveOf(this).belowReceived(chunk);
}

function onEnd(this: Duplex): void {
  aboveOf(this).belowEnded();
}

function onDrain(this: Duplex): void {
  aboveOf(this).belowDrained();
}

function onError(this: Duplex, error: Error): void {
  aboveOf(this).belowFailed(error);
}

function onClose(this: Duplex): void {
  aboveOf(this).belowClosed();
}
