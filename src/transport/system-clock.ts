import type { Instant } from '../measure/instant.ts';

/** Reads both clocks of the system. */
export function systemNow(): Instant {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}
