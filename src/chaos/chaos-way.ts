import { Duplex } from 'node:stream';

/** The conditions of one way of a path. */
export interface WayConditions {
  readonly delayMs: number;
  /** Returns what is added to the delay of the next piece. */
  readonly jitterMs: () => number;
  /** In bytes a second. */
  readonly bandwidth: number;
  /** The most bytes passed on at once. */
  readonly sliceBytes: number;
}

/** Processes bytes as they come, and passes on by `send` what is to go on. */
export interface WayUser {
  use(bytes: Uint8Array): void;
  /** There are no more. */
  finish(): void;
}

/** Bytes on their way. They go on in pieces, each of which is cut when it is its turn: thousands take more room than the bytes. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
  /** How many have gone on. */
  at: number;
}

interface DelayedPiece {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
}

/** Bytes that may be on their way. With a bandwidth, no more than it lets through meanwhile, so that the sender notices it. */
const MOST_WAITING_BYTES = 4_194_304;
const LEAST_WAITING_BYTES = 65_536;
/** The most bytes that are copied from the sender at once. */
const TAKEN_BYTES = 16_384;
/** How finely a bandwidth is kept. */
const PIECE_SECONDS = 0.01;

/**
 * One way of a path. It takes bytes and passes them on in order, later, slower or in small pieces; or holds them; or
 * lets them vanish.
 */
export class ChaosWay extends Duplex {
  readonly #conditions: WayConditions;
  readonly #user: WayUser;
  readonly #mostWaitingBytes: number;
  readonly #mostPieceBytes: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** The next to go on. */
  #next: DelayedPiece | undefined;
  #sentMs = 0;
  #dueMs = 0;
  #heldUntilMs = 0;
  #vanishing = false;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the sender wrote and is not on its way yet. */
  #untaken: Uint8Array = NOTHING;
  #taking = false;
  #writeDone: (() => void) | undefined;
  #endDone: (() => void) | undefined;

  constructor(conditions: WayConditions, user?: WayUser) {
    super({ allowHalfOpen: true });
    this.#conditions = conditions;
    const { delayMs, bandwidth, sliceBytes } = conditions;
    const onTheirWay = bandwidth * (delayMs / 1000 + PIECE_SECONDS);
    this.#mostWaitingBytes = Math.min(MOST_WAITING_BYTES, Math.max(LEAST_WAITING_BYTES, onTheirWay));
    this.#mostPieceBytes = Math.max(1, Math.min(sliceBytes, Math.ceil(bandwidth * PIECE_SECONDS)));
    this.#user = user ?? { use: (bytes) => this.send(bytes), finish: () => {} };
  }

  /** Sends bytes on their way. */
  send(bytes: Uint8Array): void {
    if (this.#vanishing || bytes.length === 0) return;
    this.#waiting.push({ bytes, sinceMs: performance.now(), at: 0 });
    this.#waitingBytes += bytes.length;
    this.#deliver();
  }

  /** Lets nothing through for this long. */
  hold(durationMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, performance.now() + durationMs);
  }

  /** From now on all bytes vanish, without an error. */
  vanish(): void {
    this.#vanishing = true;
    this.#waiting = [];
    this.#next = undefined;
    this.#waitingBytes = 0;
    this.#goOn();
  }

  get vanishing(): boolean {
    return this.#vanishing;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#untaken = chunk;
    this.#writeDone = done;
    this.#goOn();
  }

  override _final(done: () => void): void {
    this.#user.finish();
    this.#endDone = done;
    this.#goOn();
  }

  override _read(): void {
    this.#wanted = true;
    this.#deliver();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  /** Passes on what is due. */
  #deliver(): void {
    clearTimeout(this.#timer);
    if (this.destroyed) return;
    while (this.#wanted) {
      this.#next ??= this.#cut();
      if (this.#next === undefined) break;
      const { bytes, dueMs } = this.#next;
      const waitMs = Math.max(dueMs, this.#heldUntilMs) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#deliver(), Math.ceil(waitMs));
        break;
      }
      this.#next = undefined;
      this.#waitingBytes -= bytes.length;
      this.#wanted = this.push(bytes);
    }
    this.#goOn();
  }

  /** The next piece of what waits, and when it is due. */
  #cut(): DelayedPiece | undefined {
    const waiting = this.#waiting[0];
    if (waiting === undefined) return undefined;
    const { delayMs, jitterMs, bandwidth } = this.#conditions;
    const bytes = waiting.bytes.subarray(waiting.at, waiting.at + this.#mostPieceBytes);
    waiting.at += bytes.length;
    if (waiting.at === waiting.bytes.length) this.#waiting.shift();
    this.#sentMs = Math.max(waiting.sinceMs, this.#sentMs) + (bytes.length / bandwidth) * 1000;
    this.#dueMs = Math.max(this.#dueMs, this.#sentMs + delayMs + jitterMs());
    return { bytes, dueMs: this.#dueMs };
  }

  /** Takes what was written, lets the writer continue, or ends, as far as the waiting bytes allow. */
  #goOn(): void {
    if (this.#taking) return; // what is taken goes on its way, which comes here again
    this.#taking = true;
    while (this.#untaken.length > 0 && this.#waitingBytes < this.#mostWaitingBytes) {
      const taken = this.#untaken.subarray(0, TAKEN_BYTES);
      this.#untaken = this.#untaken.subarray(taken.length);
      this.#user.use(new Uint8Array(taken)); // the writer's memory is its own again once it is told to go on
    }
    this.#taking = false;
    if (this.#untaken.length > 0) return;
    this.#untaken = NOTHING; // not a view of what was taken
    const written = this.#writeDone;
    this.#writeDone = undefined;
    written?.();
    if (this.#endDone === undefined || this.#waitingBytes > 0) return;
    const done = this.#endDone;
    this.#endDone = undefined;
    if (!this.#vanishing) this.push(null);
    done();
  }
}

const NOTHING = new Uint8Array(0);
