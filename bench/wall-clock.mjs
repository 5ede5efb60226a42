/** The wall clock with fractions of a millisecond: processes of one machine agree on it. */
export function wallMs() {
  return performance.timeOrigin + performance.now();
}

const APART_MS = 2;

/** The monotonic clock carries the wall clock on, and would not follow if that is set meanwhile. */
export function requireSteadyClock() {
  const apartMs = Date.now() - wallMs();
  if (Math.abs(apartMs) > APART_MS) throw new Error(`the clocks are ${apartMs.toFixed(1)} ms apart`);
}
