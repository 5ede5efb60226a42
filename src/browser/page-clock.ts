import type { RunClock } from '../client/run/run-pump.ts';
import { WallClock } from '../host/wall-clock.ts';

/** A browser's timers count in 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const wallClock = new WallClock();

/** The clocks and timers of a page, or of a worker. In a page that is in the background, alarms may ring a minute late. */
export const pageClock: RunClock = {
  now: () => {
    const monotonicMs = performance.now();
    return { wallMs: wallClock.read(Date.now(), monotonicMs), monotonicMs };
  },
  alarm: (ring) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const set = (atMs: number) => {
      clearTimeout(timer);
      if (atMs === Number.POSITIVE_INFINITY) return;
      const waitMs = Math.max(0, Math.ceil(atMs - performance.now()));
      timer = setTimeout(
        () => (performance.now() < atMs ? set(atMs) : ring()),
        Math.min(waitMs, LONGEST_TIMER_MS),
      );
    };
    return { set };
  },
};
