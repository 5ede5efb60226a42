import { stripVTControlCharacters } from 'node:util';

/** Small pieces of wording that every command's text for people is made of. */

/** Messages a second as a person reads it: `10/s`, `full speed`. */
export function rateText(rate: number | 'max'): string {
  return rate === 'max' ? 'full speed' : `${Number(rate.toPrecision(6))}/s`;
}

/** `350 ms`, `1.5 s`, `15 s`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
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
