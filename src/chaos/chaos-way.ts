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

interface DelayedPiece {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
}

/** Bytes that may be on their way; fewer with a bandwidth, so that the sender notices it. */
const WAITING_BYTES = 4_194_304;
const WAITING_BYTES_WITH_BANDWIDTH = 65_536;
/** How finely a bandwidth is kept. */
const PIECE_SECONDS = 0.01;

/**
 * One way of a path. It takes bytes and passes them on in order, later, slower or in small pieces; or holds them; or
 * lets them vanish.
 */
export class ChaosWay extends Duplex {
  readonly #conditions: WayConditions;
  readonly #user: WayUser;
  #pieces: DelayedPiece[] = [];
  #waitingBytes = 0;
  #sentMs = 0;
  #dueMs = 0;
  #heldUntilMs = 0;
  #vanishing = false;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #writeDone: (() => void) | undefined;
  #endDone: (() => void) | undefined;

  constructor(conditions: WayConditions, user?: WayUser) {
    super({ allowHalfOpen: true });
    this.#conditions = conditions;
    this.#user = user ?? { use: (bytes) => this.send(bytes), finish: () => {} };
  }

  /** Sends bytes on their way. */
  send(bytes: Uint8Array): void {
    if (this.#vanishing || bytes.length === 0) return;
    const { delayMs, jitterMs, bandwidth, sliceBytes } = this.#conditions;
    const largest = Math.max(1, Math.min(sliceBytes, Math.ceil(bandwidth * PIECE_SECONDS)));
    const nowMs = performance.now();
    for (let at = 0; at < bytes.length; at += largest) {
      const piece = bytes.subarray(at, at + largest);
      this.#sentMs = Math.max(nowMs, this.#sentMs) + (piece.length / bandwidth) * 1000;
      this.#dueMs = Math.max(this.#dueMs, this.#sentMs + delayMs + jitterMs());
      this.#pieces.push({ bytes: piece, dueMs: this.#dueMs });
      this.#waitingBytes += piece.length;
    }
    this.#deliver();
  }

  /** Lets nothing through for this long. */
  hold(durationMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, performance.now() + durationMs);
  }

  /** From now on all bytes vanish, without an error. */
  vanish(): void {
    this.#vanishing = true;
    this.#pieces = [];
    this.#waitingBytes = 0;
    this.#goOn();
  }

  get vanishing(): boolean {
    return this.#vanishing;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#writeDone = done;
    this.#user.use(new Uint8Array(chunk)); // the writer's memory is its own again once it is told to go on
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
    let count = 0;
    for (; this.#wanted && count < this.#pieces.length; count++) {
      const piece = this.#pieces[count];
      const nowMs = performance.now();
      const dueMs = Math.max(piece?.dueMs ?? 0, this.#heldUntilMs);
      if (piece === undefined || dueMs > nowMs) {
        this.#timer = setTimeout(() => this.#deliver(), Math.ceil(dueMs - nowMs));
        break;
      }
      this.#waitingBytes -= piece.bytes.length;
      this.#wanted = this.push(piece.bytes);
    }
    if (count > 0) this.#pieces.splice(0, count);
    this.#goOn();
  }

  /** Lets the writer continue, or ends, as far as the waiting bytes allow. */
  #goOn(): void {
    const { bandwidth } = this.#conditions;
    const room = Number.isFinite(bandwidth) ? WAITING_BYTES_WITH_BANDWIDTH : WAITING_BYTES;
    if (this.#waitingBytes < room) {
      const done = this.#writeDone;
      this.#writeDone = undefined;
      done?.();
    }
    if (this.#endDone === undefined || this.#pieces.length > 0) return;
    const done = this.#endDone;
    this.#endDone = undefined;
    if (!this.#vanishing) this.push(null);
    done();
  }
}
