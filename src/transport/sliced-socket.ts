import { Duplex } from 'node:stream';
import { ClientFrameWalker } from './client-frame-walker.ts';
import { fairTurns, type TurnTaker } from './fair-turns.ts';

const NOTHING = Buffer.alloc(0);

/** So many bytes are decoded between two looks at the clock: of the smallest frames there are 170 in it. */
const SLICE_BYTES = 1024;
/**
 * How long slices are decoded at a stretch. One slice a turn would be too few beside the turn in which as much is sent
 * as a turn takes: a fast client's receipts would wait until the messages that they are of are forgotten.
 */
const STRETCH_MS = 0.5;

/** Who takes plain texts; the memory is theirs to keep. */
interface TextTaker {
  text(payload: Uint8Array): void;
}

/**
 * A server's socket whose input is decoded in slices, by turns with all other connections: a chunk of 64 KiB can hold
 * ten thousand frames. Plain short texts are taken out of it, once somebody takes them: receipts come as such, and a
 * strict decoder takes several times as long. While more than `mostUnsentBytes` wait to be sent nothing is read, since what
 * a peer sends has answers, and one that does not read them could have them pile up. What is written passes through as it is.
 */
export class SlicedSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #mostUnsentBytes: number;
  readonly #turns: TurnTaker;
  readonly #walker = new ClientFrameWalker(SLICE_BYTES);
  #taker: TextTaker | undefined;
  #input: Buffer;
  /** Up to here it is used. */
  #at = 0;
  #wanted = false;
  #ended = false;
  #gone = false;
  #error: Error | undefined;
  readonly #feed = (): boolean => this.#feedSlices();

  /** @param head what was read behind the handshake */
  constructor(socket: Duplex, head: Buffer, mostUnsentBytes: number, turns: TurnTaker) {
    super({ readableHighWaterMark: SLICE_BYTES, autoDestroy: true });
    this.#socket = socket;
    this.#input = head.length === 0 ? NOTHING : head;
    this.#mostUnsentBytes = mostUnsentBytes;
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

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#socket.write(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#socket.cork();
    for (const { chunk } of chunks) this.#socket.write(chunk);
    this.#socket.uncork();
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    fairTurns.remove(this.#feed, this.#turns);
    this.#socket.destroy();
    done(error);
  }

  #feedSoon(): void {
    if (this.#wanted) fairTurns.add(this.#feed, this.#turns);
  }

  /** @returns whether there may be more to do at once: else `_read` follows, or what was waited for */
  #feedSlices(): boolean {
    const endMs = performance.now() + STRETCH_MS;
    let more = this.#feedSlice();
    while (more && performance.now() < endMs) more = this.#feedSlice();
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
    if (this.#socket.writableLength > this.#mostUnsentBytes && !this.#gone) return 0; // `drain` follows
    if (this.#taker === undefined) this.#walker.giveUp();
    const from = this.#at;
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
    else this.#hand(bytes);
    return end - from;
  }

  #waitForInput(): number {
    if (this.#gone) this.destroy(this.#error);
    else if (this.#ended) this.push(null);
    else if (this.#socket.isPaused()) this.#socket.resume();
    return 0;
  }

  /** Behind a frame the strict decoder gets the time to tell of an error, before a text overtakes it: `_read` follows. */
  #hand(bytes: Buffer): void {
    this.#wanted = false;
    if (this.push(bytes) && !this.#walker.atBorder) this.#wanted = true;
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
