import type { Instant } from '../../src/measure/instant.ts';

/** The wall clock at monotonic time 0, one that no computation would give by chance. */
export const WALL_MS = 1_780_000_000_123;

/** A moment, in milliseconds after the start of a test. */
export function at(ms: number): Instant {
  return { wallMs: WALL_MS + ms, monotonicMs: ms };
}
