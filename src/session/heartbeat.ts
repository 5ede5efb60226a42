import { LIMITS } from './limits.ts';

/** The longest that a peer may take to read what was sent before a ping. */
export const MOST_UNREAD_MS: number = (LIMITS.unreadBytes / LIMITS.slowReaderBytesPerSecond) * 1000;
/** A write that the kernel has room for completes sooner; one that takes longer is waiting for the peer. */
const WAITED_FOR_PEER_MS = 100;
/** The most pings to remember from a peer that answers none. */
const MOST_PINGS = 512;

/**
 * Detects a vanished peer: pings at an interval, and declares the peer dead when nothing at all was heard from it for
 * two intervals. Both ends use it.
 *
 * Nobody is dead who was not asked: an end that slept, as a laptop does, or whose timers were held back, as those of a page in the
 * background are, sends the ping that it missed, and waits an interval for its answer.
 *
 * A ping queues behind everything sent before it, and the buffers of both ends hold megabytes, so a slow reader reaches
 * it late. If what lies before the oldest ping takes longer than an interval to read, the peer gets that long in place
 * of the second interval. Room that appears in a full socket also counts as a sign of life, since only a peer that
 * reads makes it. How much was read is known only from answered pings.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #heardMs: number;
  /** When the first ping since then was due and sent. */
  #askedMs: number | undefined;
  #pingMs: number;
  /** Bytes sent, and how many of them lie before an answered ping. */
  #sentBytes = 0;
  #readBytes = 0;
  /** For each unanswered ping, how many bytes had been sent by then. */
  readonly #pingBytes: number[] = [];
  #fullSinceMs: number | undefined;

  /** @param nowMs the current time on a monotonic clock, as in all methods */
  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#heardMs = nowMs;
    this.#pingMs = nowMs + intervalMs;
  }

  /** Something came from the peer; calls may come out of order. */
  heard(nowMs: number): void {
    this.#heardMs = Math.max(this.#heardMs, nowMs);
    if (this.#askedMs !== undefined && nowMs >= this.#askedMs) this.#askedMs = undefined;
  }

  /** A pong came: the peer has read everything sent before that ping. */
  answered(nowMs: number): void {
    this.heard(nowMs);
    this.#readBytes = this.#pingBytes.shift() ?? this.#readBytes;
  }

  /** This many bytes are on their way to the peer. */
  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Whether the socket is full, and writes are waiting for room. */
  socketIs(full: boolean, nowMs: number): void {
    if (full) {
      this.#fullSinceMs ??= nowMs;
      return;
    }
    if (nowMs - (this.#fullSinceMs ?? nowMs) >= WAITED_FOR_PEER_MS) this.heard(nowMs);
    this.#fullSinceMs = undefined;
  }

  /** What to do now: send a ping, give up the peer, or nothing. */
  check(nowMs: number): 'ping' | 'dead' | undefined {
    if (nowMs >= this.#deadMs) return 'dead';
    if (nowMs < this.#pingMs) return undefined;
    this.#pingMs = nowMs + this.#intervalMs;
    this.#askedMs ??= nowMs;
    if (this.#pingBytes.length < MOST_PINGS) this.#pingBytes.push(this.#sentBytes);
    return 'ping';
  }

  /** When to check next. */
  get wakeMs(): number {
    return Math.min(this.#pingMs, this.#deadMs);
  }

  /** How long a slow peer may take to read everything sent. */
  get unreadMs(): number {
    return readingMs(this.#sentBytes - this.#readBytes);
  }

  get #deadMs(): number {
    if (this.#askedMs === undefined) return Number.POSITIVE_INFINITY;
    const oldest = this.#pingBytes[0] ?? this.#readBytes;
    const answerMs = Math.max(this.#intervalMs, readingMs(oldest - this.#readBytes));
    return Math.max(this.#heardMs + this.#intervalMs, this.#askedMs) + answerMs;
  }
}

function readingMs(bytes: number): number {
  return Math.min((bytes / LIMITS.slowReaderBytesPerSecond) * 1000, MOST_UNREAD_MS);
}
