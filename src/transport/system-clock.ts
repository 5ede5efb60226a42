import type { Instant } from '../measure/instant.ts';
import { WallClock } from './wall-clock.ts';

const wallClock = new WallClock();

/** Reads both clocks of the system. */
export function systemNow(): Instant {
  const monotonicMs = performance.now();
  return { wallMs: wallClock.read(Date.now(), monotonicMs), monotonicMs };
}
