import { Heartbeat } from '../heartbeat.ts';
import type { Link } from '../link.ts';
import type { Welcome } from '../messages.ts';

/**
 * Whether the server of a connection is still there: over a link with pings it is asked, over any other it says something by itself
 * as often as its welcome promises. Of one that promises nothing, silence means nothing.
 */
export class SignsOfLife {
  readonly #pings: boolean;
  readonly #intervalMs: number;
  #heartbeat: Heartbeat | undefined;

  constructor({ link, heartbeatMs }: { readonly link: Link; readonly heartbeatMs: number }) {
    this.#pings = link.ping;
    this.#intervalMs = heartbeatMs;
  }

  /** A connection is open. */
  opened(nowMs: number): void {
    this.#heartbeat = this.#pings ? new Heartbeat(this.#intervalMs, nowMs) : undefined;
  }

  welcomed({ keep_alive_ms }: Welcome, nowMs: number): void {
    if (!this.#pings && keep_alive_ms !== undefined) this.#heartbeat = new Heartbeat(keep_alive_ms, nowMs);
  }

  heard(nowMs: number): void {
    this.#heartbeat?.heard(nowMs);
  }

  disconnected(): void {
    this.#heartbeat = undefined;
  }

  /** What to do now: ask for a sign of life, give up the connection, or nothing. */
  check(nowMs: number): 'ping' | 'dead' | undefined {
    return this.#heartbeat?.check(nowMs);
  }

  /** When to check next; Infinity is never. */
  get wakeMs(): number {
    return this.#heartbeat?.wakeMs ?? Number.POSITIVE_INFINITY;
  }
}
