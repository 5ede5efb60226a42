import { stripVTControlCharacters } from 'node:util';
import { paceText } from '../../wording/figures.ts';

/** Small pieces of wording that every command's text for people is made of. */

/** A rate that was asked for, as a person reads it: `10/s`, `1/h`, `full speed`. */
export function rateText(rate: number | 'max'): string {
  return rate === 'max' ? 'full speed' : paceText(rate);
}

/** `350 ms`, `1.5 s`, `15 s`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** About how long something takes that nobody can know exactly: `less than a second`, `about 15 s`, `about 4 min`. */
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

/** Cuts a line to so many characters, colours not counted; undefined, or 0, leaves it as it is. */
export function cut(line: string, width: number | undefined): string {
  if (!width || [...stripVTControlCharacters(line)].length <= width) return line;
  let shown = '';
  let left = width - 1;
  for (const [part, colour] of line.matchAll(/(\u001b\[[\d;]*m)|[^\u001b]/gu)) {
    if (colour === undefined && left-- <= 0) continue;
    shown += part; // colours go on to the end, so that each is switched off again
  }
  return `${shown}…`;
}
