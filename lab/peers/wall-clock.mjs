/** The wall clock with fractions of a millisecond: processes of one machine agree on it. */
export function wallMs() {
  return performance.timeOrigin + performance.now();
}

const LOOK_MS = 5;
const APART_MS = 0.5;

/**
 * The monotonic clock carries the wall clock on, and would not follow if that is set meanwhile. `Date.now()` tells
 * whole milliseconds, cut: of many readings the greatest is the one that was taken when one had just begun, with
 * nothing between it and the other clock's.
 */
export function requireSteadyClock() {
  const endMs = wallMs() + LOOK_MS;
  let apartMs = Number.NEGATIVE_INFINITY;
  while (wallMs() < endMs) apartMs = Math.max(apartMs, Date.now() - wallMs());
  if (Math.abs(apartMs) > APART_MS) throw new Error(`the clocks are ${apartMs.toFixed(2)} ms apart`);
}
