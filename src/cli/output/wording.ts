import { paceText } from '../../wording/figures.ts';

/** Wording that the commands share. */

/** A requested rate, for people: `10/s`, `1/h`, `full speed`. */
export function rateText(rate: number | 'max'): string {
  return rate === 'max' ? 'full speed' : paceText(rate);
}

/** `350 ms`, `1.5 s`, `15 s`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** A rough duration, for estimates: `less than a second`, `about 15 s`, `about 4 min`. */
export function roughDurationText(ms: number): string {
  if (ms < 1000) return 'less than a second';
  const minutes = ms / 60_000;
  if (minutes < 2) return `about ${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `about ${Math.round(minutes)} min` : `about ${Math.round(minutes / 60)} h`;
}

/** The time of day in UTC, to the millisecond. */
export function clockText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 23);
}
