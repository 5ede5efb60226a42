import type { Instant } from '../measure/instant.ts';

/** Reads both clocks of the system. */
export function systemNow(): Instant {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One timer, set again and again: calls `ring` at a moment of the monotonic clock. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at `atMs`, or at once if that is past; an earlier setting is forgotten. Infinity is never. */
  set(atMs: number): void {
    clearTimeout(this.#timer);
    if (atMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(0, Math.ceil(atMs - performance.now())), LONGEST_TIMER_MS);
    this.#timer = setTimeout(this.#ring, waitMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
