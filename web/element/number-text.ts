import { isVague, VAGUE } from '../../src/wording/figures.ts';

/** Numbers for tables and axes, besides the words that every report shares. */

/** What is meant when there is no number. */
export const NONE = '–';

const TABLE_DIGITS = 4;
const TICK_DIGITS = 3;

/** `0.002134`, `99.83`, `1,340`, `1,234,568`: four digits that count, but no whole number is rounded; – if there is none. */
export function tableText(value: number | null): string {
  return value === null ? NONE : withDigits(value, TABLE_DIGITS);
}

/** `99.83 to 100.2`, or that it says nothing. */
export function intervalText(low: number | null, high: number | null): string {
  if (low === null || high === null) return NONE;
  return isVague(low, high) ? VAGUE : `${tableText(low)} to ${tableText(high)}`;
}

/** Three digits, without zeros at the end: `0.3`, `12.4`, `1,340`. For ticks, and for what was counted or set. */
export function shortText(value: number): string {
  return withDigits(value, TICK_DIGITS)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A count, as `1,340`. */
export function countText(count: number): string {
  return grouped(String(count));
}

/** A sentence in which no line ends between a number and its unit. */
export function withUnits(sentence: string): string {
  return sentence.replace(/(\d) (?=(?:ns|µs|ms|s|clients?|times)\b|%)/g, '$1\u00a0');
}

/** `88.1 MiB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step++;
  }
  return `${shortText(value)} ${units[step]}`;
}

function withDigits(value: number, digits: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return NONE;
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return grouped(value.toFixed(Math.min(Math.max(digits - 1 - magnitude, 0), 12)));
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
