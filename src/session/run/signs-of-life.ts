import { encodeControl } from '../codec.ts';
import { Heartbeat } from '../heartbeat.ts';
import type { Link } from '../link.ts';
import type { Welcome } from '../messages.ts';
import type { RunOutput } from './run-output.ts';

/**
 * Whether the server of a connection is still there: over a link with pings it is asked, over one that only has answers it is asked
 * for the time once it has said that it speaks, and over any other it says something by itself as often as its welcome promises. Of one
 * that promises nothing, silence means nothing.
 */
export class SignsOfLife {
  readonly #pings: boolean;
  readonly #answers: boolean;
  readonly #intervalMs: number;
  #heartbeat: Heartbeat | undefined;

  constructor({ link, heartbeatMs }: { readonly link: Link; readonly heartbeatMs: number }) {
    this.#pings = link.ping;
    this.#answers = link.answers ?? false;
    this.#intervalMs = heartbeatMs;
  }

  /** A connection is open. */
  opened(nowMs: number): void {
    this.#heartbeat = this.#pings ? new Heartbeat(this.#intervalMs, nowMs) : undefined;
  }

  welcomed({ keep_alive_ms }: Welcome, nowMs: number): void {
    const intervalMs = this.#answers ? this.#intervalMs : keep_alive_ms;
    if (!this.#pings && intervalMs !== undefined) this.#heartbeat = new Heartbeat(intervalMs, nowMs);
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

  /** Asks for a sign of life. */
  question(nowMs: number): RunOutput {
    if (!this.#answers) return { type: 'ping' };
    return { type: 'send', text: encodeControl({ type: 'clock_request', t1_ms: nowMs }) };
  }

  /** When to check next; Infinity is never. */
  get wakeMs(): number {
    return this.#heartbeat?.wakeMs ?? Number.POSITIVE_INFINITY;
  }
}
