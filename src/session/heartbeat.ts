import { LIMITS } from './limits.ts';

/** How long a peer may take, at most, to read what was sent to it before a ping. */
export const MOST_UNREAD_MS: number = (LIMITS.unreadBytes / LIMITS.slowReaderBytesPerSecond) * 1000;
/** What the kernel has room for at once it takes faster; a socket that waits longer waits for its peer. */
const WAITED_FOR_PEER_MS = 100;
/** Of a peer that answers no pings, no more are remembered. */
const MOST_PINGS = 512;

/**
 * Finds a peer that has vanished: pings at an interval, and calls the peer dead when nothing at all has been heard
 * from it for two intervals. Both ends use it.
 *
 * A ping waits behind what was sent before it, and the buffers of both ends hold megabytes: a slow reader comes to it late.
 * So if it takes longer than an interval to read what lies before the oldest ping, the peer has that long in place of the
 * second interval; and an end takes room in a full socket for a sign of life, since only a peer that reads makes it.
 * How much has been read is known of the pings that are answered, and of nothing else.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #heardMs: number;
  #pingMs: number;
  /** Bytes sent, and those of them that lie before a ping that was answered. */
  #sentBytes = 0;
  #readBytes = 0;
  /** How many bytes had been sent at each ping that is not answered. */
  readonly #pingBytes: number[] = [];
  #fullSinceMs: number | undefined;

  /** @param nowMs the current time on a monotonic clock, as everywhere here */
  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#heardMs = nowMs;
    this.#pingMs = nowMs + intervalMs;
  }

  /** Something came from the peer. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /** A pong came: the peer has read what was sent before the ping. */
  answered(nowMs: number): void {
    this.heard(nowMs);
    this.#readBytes = this.#pingBytes.shift() ?? this.#readBytes;
  }

  /** So many bytes are on their way to the peer. */
  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Whether the socket is full: what was sent waits for room. */
  socketIs(full: boolean, nowMs: number): void {
    if (full) {
      this.#fullSinceMs ??= nowMs;
      return;
    }
    if (nowMs - (this.#fullSinceMs ?? nowMs) >= WAITED_FOR_PEER_MS) this.heard(nowMs);
    this.#fullSinceMs = undefined;
  }

  /** What to do now: send a ping, give the peer up, or nothing. */
  check(nowMs: number): 'ping' | 'dead' | undefined {
    if (nowMs >= this.#deadMs) return 'dead';
    if (nowMs < this.#pingMs) return undefined;
    this.#pingMs = nowMs + this.#intervalMs;
    if (this.#pingBytes.length < MOST_PINGS) this.#pingBytes.push(this.#sentBytes);
    return 'ping';
  }

  /** When to check next. */
  get wakeMs(): number {
    return Math.min(this.#pingMs, this.#deadMs);
  }

  /** How long a slow peer may take to read all that has been sent. */
  get unreadMs(): number {
    return readingMs(this.#sentBytes - this.#readBytes);
  }

  get #deadMs(): number {
    const oldest = this.#pingBytes[0] ?? this.#readBytes;
    return this.#heardMs + this.#intervalMs + Math.max(this.#intervalMs, readingMs(oldest - this.#readBytes));
  }
}

function readingMs(bytes: number): number {
  return Math.min((bytes / LIMITS.slowReaderBytesPerSecond) * 1000, MOST_UNREAD_MS);
}
