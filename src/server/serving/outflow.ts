import type { FrameConnection } from '../../carriage/connection.ts';
import type { Part, Taken } from '../../delivery/delivery.ts';
import type { Host } from '../../host/host.ts';
import { BUDGET, type Sending } from '../../host/turns.ts';
import type { Instant } from '../../measure/instant.ts';
import type { ServerSession } from '../../session/conversation/server-session.ts';
import type { Hold, SegmentMemory } from '../../stream/segment/segment-memory.ts';

/**
 * What the kernel is given in one call, or a piece more. All that a turn has takes it longer in one call; and with a call
 * for each piece, whoever reads is woken too often.
 */
const CALL_BYTES = 524_288;

/**
 * The same while unsent messages hold much of the memory that all share, as thousands do that never read: then a client gets
 * small copies, so that each that stops to read holds no more than one of them; a message that is larger goes in parts.
 */
const CROWDED_CALL_BYTES = 16_384;

/** Writes a session's frames to its connection, and holds the memory that they lie in until it has sent them. */
export class Outflow {
  readonly #session: ServerSession;
  readonly #connection: FrameConnection;
  readonly #memory: SegmentMemory;
  readonly #host: Host;
  /** What was written, and may still be read. */
  readonly #written: Hold[] = [];
  #more = false;

  /** @param memory that the session's frames lie in */
  constructor(session: ServerSession, connection: FrameConnection, memory: SegmentMemory, host: Host) {
    this.#session = session;
    this.#connection = connection;
    this.#memory = memory;
    this.#host = host;
  }

  /** Whether there may have been more, at the end of the last turn, that the connection takes. */
  get more(): boolean {
    return this.#more;
  }

  /**
   * Writes what is due then, which takes little: mostly it is one message. The connection takes frames.
   *
   * @returns how many bytes were written
   */
  sendDue(now: Instant): number {
    const { bytes: mostBytes } = BUDGET.due;
    let bytes = this.#write(now, mostBytes, now.monotonicMs);
    if (bytes > 0 && bytes < mostBytes && this.#session.hasDue(now)) {
      bytes += this.#write(now, mostBytes - bytes, this.#host.turns.until('due')); // of the segments that follow
    }
    if (!this.#connection.hasUnsent) this.release();
    return bytes;
  }

  /**
   * Writes what is due, about as much as a turn may have, and uncorks the connection behind the first call.
   *
   * @param takesFrames whether the connection took any when the turn began
   * @returns how many bytes were written
   */
  send(share: Sending, takesFrames: boolean): number {
    const connection = this.#connection;
    const host = this.#host;
    const untilMs = host.turns.until(share);
    const mostBytes = takesFrames ? BUDGET[share].bytes : 0;
    let bytes = this.#write(host.now(), mostBytes, untilMs);
    connection.uncork();
    let sum = bytes;
    while (bytes > 0 && connection.takesFrames && sum < mostBytes && !host.turns.over(untilMs)) {
      bytes = this.#write(host.now(), mostBytes - sum, untilMs);
      sum += bytes;
    }
    if (!connection.hasUnsent) this.release();
    this.#more = bytes > 0 && connection.takesFrames;
    return sum;
  }

  /** The connection has sent all that was written, or never will: the memory of it can be used again. */
  release(): void {
    for (let hold = this.#written.pop(); hold !== undefined; hold = this.#written.pop()) hold.release();
  }

  /** Has the kernel take what is due, in one call. Once its time is over, a piece is enough. @returns how many bytes there were */
  #write(began: Instant, mostBytes: number, untilMs: number): number {
    const pieces: Uint8Array[] = [];
    const { crowded } = this.#memory;
    const enoughBytes = Math.min(mostBytes, crowded ? CROWDED_CALL_BYTES : CALL_BYTES);
    let bytes = 0;
    for (let now = began; bytes < enoughBytes; now = this.#host.now()) {
      if (bytes > 0 && now.monotonicMs >= untilMs) break;
      // Whole segments, if there is room: to cut one takes longer than to send it.
      const taken = crowded
        ? this.#session.take(now, CROWDED_CALL_BYTES - bytes, CROWDED_CALL_BYTES)
        : this.#session.take(now, BUDGET.sending.bytes);
      if (taken === undefined) break;
      if (taken.part !== undefined) {
        if (bytes > 0) this.#connection.writeFrames(pieces);
        return bytes + this.#writePart(taken, taken.part);
      }
      bytes += taken.bytes.length;
      pieces.push(crowded ? Uint8Array.from(taken.bytes) : taken.bytes);
      if (crowded) taken.hold?.release();
      else if (taken.hold !== undefined) this.#written.push(taken.hold);
      if (!this.#session.hasDue(now)) break;
    }
    if (bytes > 0) this.#connection.writeFrames(pieces);
    return bytes;
  }

  #writePart({ bytes, hold }: Taken, { from, to }: Part): number {
    this.#connection.writePart(bytes, from, to);
    hold?.release();
    return to - from;
  }
}
