import { WINDOW_MS } from '../state/history.ts';
import type { View } from '../view.ts';

/** What a chart shows of time: the last minute at least, and all that is known, up to the window. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
}

const LENGTHS_MS = [60_000, 120_000, WINDOW_MS] as const;

/** Ends with the last second; while the server is gone, time goes on. */
export function timeAxis({ state: { history }, link, nowMs }: View): TimeAxis {
  const last = history.at(-1)?.at_ms ?? nowMs;
  const toMs = link.is === 'gone' ? last + Math.max(0, nowMs - link.sinceMs) : last;
  const first = history[0];
  const known = first === undefined ? 0 : toMs - first.at_ms + first.interval_ms;
  const length = LENGTHS_MS.find((each) => each >= known) ?? WINDOW_MS;
  return { fromMs: toMs - length, toMs };
}

const STEPS_MS = [10_000, 15_000, 30_000, 60_000, 120_000] as const;
const LEAST_APART_PX = 64;

/** Whole steps of the clock. */
export function timeTicks({ fromMs, toMs }: TimeAxis, widthPx: number): readonly number[] {
  const most = Math.max(1, Math.floor(widthPx / LEAST_APART_PX));
  const step = STEPS_MS.find((each) => (toMs - fromMs) / each <= most) ?? 150_000;
  const first = Math.ceil(fromMs / step);
  return Array.from({ length: Math.floor(toMs / step) - first + 1 }, (_, i) => (first + i) * step);
}
