import { ABNORMAL_CLOSE, CLOSE } from '../session/close-codes.ts';
import type { ServerOutput, ServerSession } from '../session/conversation/server-session.ts';
import { LIMITS } from '../session/limits.ts';
import type { Receipt } from '../session/messages.ts';
import type { Piece, SegmentMemory } from '../stream/segment/segment-memory.ts';
import { Alarm } from '../transport/alarm.ts';
import type { ConnectionListener, FrameConnection } from '../transport/connection.ts';
import { fairTurns } from '../transport/fair-turns.ts';
import { systemNow } from '../transport/system-clock.ts';
import type { LeaveReason, ReceiptEvent, ServerEvent } from './server-event.ts';

/** How long one client may hold the event loop at a stretch. */
const TURN_MS = 2;
/**
 * How long, and with how many bytes, where it is let in before all others, since it is sent what is due. Who needs more bytes,
 * which take time to make, is not.
 */
const DUE_TURN_MS = 0.5;
const DUE_TURN_BYTES = 65_536;
/**
 * What is sent in a turn while receipts wait to be verified: they come first, or they would fall behind what is sent until
 * their messages have to be made once more, which takes longer still.
 */
const BYTES_BESIDE_RECEIPTS = 65_536;

/**
 * What the kernel is given in one call, or a piece more. All that a turn has takes it longer in one call; and with a call
 * for each piece, whoever reads is woken too often.
 */
const CALL_BYTES = 524_288;

/**
 * The same while unsent messages hold much of the memory that all share, as thousands do that never read: then a client gets
 * small copies, so that each that stops to read holds no more than one of them.
 */
const CROWDED_CALL_BYTES = 16_384;

export interface ClientPumpHooks {
  tell(event: ServerEvent): void;
  left(reason: LeaveReason): void;
}

/**
 * Moves bytes between one server session and its connection: writes as long as the socket takes it, verifies
 * receipts in small pieces, and hands the event loop back often.
 */
export class ClientPump implements ConnectionListener {
  readonly session: ServerSession;
  readonly #connection: FrameConnection;
  readonly #memory: SegmentMemory;
  readonly #hooks: ClientPumpHooks;
  readonly #alarm: Alarm = new Alarm(() => {
    // Messages, that is: to find that thousands are silent must not hold up those who are not.
    if (this.#prompt && this.session.hasDue(systemNow())) fairTurns.addDue(this.#job, this.#connection.turns);
    else this.#soon();
  });
  /** What was written, and may still be read. */
  readonly #written: Piece[] = [];
  readonly #job = (due: boolean): boolean => this.#turn(due);
  /** Whether few bytes were enough to send all that was due: then what is due next is sent at once. */
  #prompt = false;
  #held = false;
  #reading = true;
  #gone = false;
  #closedBy: LeaveReason | undefined;

  /** @param memory that the session's frames lie in */
  constructor(
    session: ServerSession,
    connection: FrameConnection,
    memory: SegmentMemory,
    hooks: ClientPumpHooks,
  ) {
    this.session = session;
    this.#connection = connection;
    this.#memory = memory;
    this.#hooks = hooks;
  }

  start(): void {
    this.#perform(this.session.start());
    this.#soon();
  }

  message(payload: Uint8Array, text: boolean): void {
    this.#perform(this.session.receive(payload, text, systemNow()));
    this.#soon();
  }

  heard(): void {
    this.session.heard(systemNow());
  }

  answered(): void {
    this.session.answered(systemNow());
  }

  drained(): void {
    this.session.socketIs(false, systemNow());
    this.#release();
    this.#soon();
  }

  /** Frames that were being made may have come. */
  framesMade(): void {
    if (!this.#gone) this.#soon();
  }

  closed(code: number): void {
    this.#gone = true;
    this.#alarm.clear();
    fairTurns.remove(this.#job, this.#connection.turns);
    this.#release();
    this.#hooks.left(this.#closedBy ?? this.#reasonOf(code));
  }

  /** Closes the connection for a reason of the server's. */
  close(code: number, reason: string, leaveReason: LeaveReason): void {
    this.#closedBy ??= leaveReason;
    this.#connection.close(code, reason);
  }

  terminate(): void {
    this.#connection.terminate();
  }

  /** Holds the client's input back, or lets it come again. */
  hold(held: boolean): void {
    this.#held = held;
    this.#soon();
  }

  /**
   * @param due whether only what is due is to be sent, which comes before all other clients' turns
   * @returns whether there is more to do at once
   */
  #turn(due: boolean): boolean {
    const now = systemNow();
    if (!this.#reading || this.#connection.hasUnread) this.session.excuse(now);
    const { takesFrames } = this.#connection; // asked before answers wait for the frames that they go out with
    this.#connection.cork();
    this.#perform(this.session.wake(now));
    const moreToVerify = due ? this.#hasReceipts : this.#verify();
    const mostBytes = due ? DUE_TURN_BYTES : moreToVerify ? BYTES_BESIDE_RECEIPTS : LIMITS.turnBytes;
    const { bytes, more: moreToSend } = this.#feed(takesFrames ? mostBytes : 0, due ? DUE_TURN_MS : TURN_MS);
    this.session.socketIs(this.#connection.hasUnsent, systemNow());
    this.#setReading();
    const behind = this.session.hasDue(now);
    this.#prompt = !behind && bytes <= DUE_TURN_BYTES;
    const more = moreToVerify || (moreToSend && behind);
    // What has come to be due meanwhile must not wait for a turn, however much there is to do.
    const canSend = takesFrames && this.#connection.takesFrames; // else it drains
    this.#alarm.set(this.session.wakeMs(canSend && !(behind && more)));
    return more;
  }

  /** By turns with all other clients. */
  #soon(): void {
    fairTurns.add(this.#job, this.#connection.turns);
  }

  /** Writes what is due, about so many bytes of it; says how many, and whether there may be more that the socket takes. */
  #feed(mostBytes: number, mostMs: number): { bytes: number; more: boolean } {
    const endMs = performance.now() + mostMs;
    let bytes = this.#write(mostBytes, endMs);
    this.#connection.uncork();
    let sum = bytes;
    while (bytes > 0 && this.#connection.takesFrames && sum < mostBytes && performance.now() < endMs) {
      bytes = this.#write(mostBytes - sum, endMs);
      sum += bytes;
    }
    if (!this.#connection.hasUnsent) this.#release();
    return { bytes: sum, more: bytes > 0 && this.#connection.takesFrames };
  }

  /** Has the kernel take what is due, in one call; gives how many bytes there were. At `endMs` a piece is enough. */
  #write(mostBytes: number, endMs: number): number {
    const pieces: Uint8Array[] = [];
    const { crowded } = this.#memory;
    const enoughBytes = Math.min(mostBytes, crowded ? CROWDED_CALL_BYTES : CALL_BYTES);
    let bytes = 0;
    let now = systemNow();
    while (bytes < enoughBytes && (bytes === 0 || now.monotonicMs < endMs)) {
      // Whole segments, if there is room: to cut one takes longer than to send it.
      const frames = this.session.takeFrames(now, crowded ? CROWDED_CALL_BYTES - bytes : LIMITS.turnBytes);
      if (frames === undefined) break;
      pieces.push(crowded ? Uint8Array.from(frames) : frames);
      bytes += frames.length;
      const piece = crowded ? undefined : this.#memory.hold(frames); // or another that is made meanwhile could take its place
      if (piece !== undefined) this.#written.push(piece);
      now = systemNow();
    }
    if (bytes > 0) this.#connection.writeFrames(pieces);
    return bytes;
  }

  /** The memory of frames can be used again when the socket has sent them. */
  #release(): void {
    for (const piece of this.#written) this.#memory.release(piece);
    this.#written.length = 0;
  }

  /** Verifies receipts; true if there are more. */
  #verify(): boolean {
    const startMs = performance.now();
    while (this.#hasReceipts && performance.now() - startMs <= TURN_MS) this.#perform(this.session.work());
    return this.#hasReceipts;
  }

  get #hasReceipts(): boolean {
    return this.session.hasWork && !this.#held;
  }

  #setReading(): void {
    this.#reading = this.session.acceptsInput && !this.#held;
    this.#connection.setReading(this.#reading);
  }

  #perform(outputs: readonly ServerOutput[]): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'send':
          this.#connection.sendText(output.text);
          break;
        case 'ping':
          this.#connection.ping();
          break;
        case 'close':
          this.close(output.code, output.reason, output.code === CLOSE.done ? 'done' : 'refused');
          break;
        case 'terminate':
          this.#closedBy ??= 'silent';
          this.#connection.terminate();
          break;
        case 'message':
          this.#hooks.tell({ event: 'message', client: this.session.client, text: output.text });
          break;
        case 'receipt':
          this.#hooks.tell(receiptEvent(this.session.client, output.receipt, output.verified));
          break;
      }
    }
  }

  /** Why a client is gone that closed the connection itself. */
  #reasonOf(code: number): LeaveReason {
    if (code === ABNORMAL_CLOSE) return 'lost';
    if (code === CLOSE.protocolError) return 'refused';
    return this.session.finished ? 'done' : 'left';
  }
}

/** Field by field: there are thousands a second, and most are not shown. */
function receiptEvent(client: string, receipt: Receipt, verified: boolean): ReceiptEvent {
  return {
    event: 'receipt',
    client,
    block: receipt.block,
    from: receipt.from,
    to: receipt.to,
    count: receipt.count,
    bytes: receipt.bytes,
    elapsed_ms: receipt.elapsed_ms,
    crc32: receipt.crc32,
    interrupted: receipt.interrupted,
    verified,
    text: receipt.text,
  };
}
