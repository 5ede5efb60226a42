import type { FrameConnection } from '../../carriage/connection.ts';
import type { Part, Taken } from '../../delivery/delivery.ts';
import type { Host } from '../../host/host.ts';
import { BUDGET, type Sending } from '../../host/turns.ts';
import type { Instant } from '../../measure/instant.ts';
import type { ServerSession } from '../../session/conversation/server-session.ts';
import type { Hold, SegmentMemory } from '../../stream/segment/segment-memory.ts';
import type { Tally } from '../clients/tally.ts';

/**
 * The most that a turn writes while unsent messages hold much of the shared memory, as they do when thousands of clients
 * never read. Then clients get small copies, so that each one that stops reading pins no more than one of these; a larger
 * message goes in parts.
 */
const CROWDED_TURN_BYTES = 16_384;

/** Writes a session's frames to its connection, and holds their memory until they have been sent. */
export class Outflow {
  readonly #session: ServerSession;
  readonly #connection: FrameConnection;
  readonly #memory: SegmentMemory;
  readonly #host: Host;
  readonly #counts: Tally;
  /** The memory of frames that were written and may still be unsent. */
  readonly #written: Hold[] = [];
  #more = false;

  /** @param memory that the session's frames lie in */
  constructor(
    session: ServerSession,
    connection: FrameConnection,
    memory: SegmentMemory,
    host: Host,
    counts: Tally,
  ) {
    this.#session = session;
    this.#connection = connection;
    this.#memory = memory;
    this.#host = host;
    this.#counts = counts;
  }

  /** Whether the last turn ended with the connection still taking frames, so that there may be more to send. */
  get more(): boolean {
    return this.#more;
  }

  /**
   * Writes what is due at `now`, usually one message. Call it only while the connection takes frames.
   *
   * @returns how many bytes were written
   */
  sendDue(now: Instant): number {
    const { bytes: mostBytes } = BUDGET.due;
    let bytes = this.#write(now, mostBytes, now.monotonicMs);
    if (bytes > 0 && bytes < mostBytes && this.#session.hasDue(now)) {
      bytes += this.#write(now, mostBytes - bytes, this.#host.turns.until('due')); // from the segments that follow
    }
    if (!this.#connection.hasUnsent) this.release();
    return bytes;
  }

  /**
   * Writes what is due, within the given share of a turn. Uncorks the connection after the first call to the kernel.
   *
   * @param takesFrames whether the connection took frames when the turn began
   * @returns how many bytes were written
   */
  send(share: Sending, takesFrames: boolean): number {
    const connection = this.#connection;
    const host = this.#host;
    const untilMs = host.turns.until(share);
    const mostBytes = takesFrames ? BUDGET[share].bytes : 0;
    const bytes = this.#write(host.now(), mostBytes, untilMs);
    connection.uncork();
    if (!connection.hasUnsent) this.release();
    this.#more = bytes > 0 && connection.takesFrames;
    return bytes;
  }

  /** Releases the memory of everything written: the connection has sent it, or never will. */
  release(): void {
    for (let hold = this.#written.pop(); hold !== undefined; hold = this.#written.pop()) hold.release();
  }

  /** Writes what is due in one call to the kernel: at least one segment, and more until `untilMs`. @returns how many bytes */
  #write(began: Instant, mostBytes: number, untilMs: number): number {
    const { delivery } = this.#session;
    const { cursor } = delivery;
    const lateMs = delivery.lagMs(began);
    const bytes = this.#writeDue(began, mostBytes, untilMs);
    if (bytes > 0) this.#counts.wrote(delivery.cursor - cursor, bytes, lateMs);
    return bytes;
  }

  #writeDue(began: Instant, mostBytes: number, untilMs: number): number {
    const pieces: Uint8Array[] = [];
    const { crowded } = this.#memory;
    const enoughBytes = crowded ? Math.min(mostBytes, CROWDED_TURN_BYTES) : mostBytes;
    let bytes = 0;
    for (let now = began; bytes < enoughBytes; now = this.#host.now()) {
      if (bytes > 0 && now.monotonicMs >= untilMs) break;
      // Whole segments, if there is room: cutting one takes longer than sending it.
      const taken = crowded
        ? this.#session.take(now, CROWDED_TURN_BYTES - bytes, CROWDED_TURN_BYTES)
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
