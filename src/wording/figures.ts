/** Numbers as a person reads them. */

/** Significant digits of a measured value. */
const DIGITS = 3;

/** 1234567 as `1,234,567`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 client`, `2 clients`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A count with its noun and verb: `1 cell is`, `2 cells are`. */
export function pluralAre(count: number, noun: string): string {
  return `${plural(count, noun)} ${count === 1 ? 'is' : 'are'}`;
}

/** `85.3 ns`, `1.02 µs`, `12.3 ms`, `4.56 s`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  if (size === 0) return '0 ms';
  if (size < 0.001) return `${digits(ms * 1e6)} ns`;
  if (size < 1) return `${digits(ms * 1000)} µs`;
  return size < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}

/** Units of a rate, each with its length in seconds; a unit is used for rates of at least 0.1. */
const PACE_UNITS = [
  { seconds: 1, unit: 's' },
  { seconds: 60, unit: 'min' },
  { seconds: 3600, unit: 'h' },
  { seconds: 86_400, unit: 'day' },
] as const;

/** Made when it is first needed: `toLocaleString` with options would make one for every number. */
let paceFormat: Intl.NumberFormat | undefined;

/** A requested rate: `10/s`, `1/h`, `max`. */
export function paceText(perSecond: number | 'max'): string {
  if (perSecond === 'max') return perSecond;
  const { seconds, unit } = PACE_UNITS.find((each) => perSecond * each.seconds >= 0.1) ?? PACE_UNITS[3];
  paceFormat ??= new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
  return `${paceFormat.format(perSecond * seconds)}/${unit}`;
}

/** `10`, `12.3k`, `1.23M`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 1e6) return `${digits(perSecond / 1e6)}M`;
  return perSecond >= 10_000 ? `${digits(perSecond / 1000)}k` : digits(perSecond);
}

/** 0.05 as `5 %`. */
export function percentText(share: number): string {
  return `${digits(share * 100)} %`;
}

/** An interval is vague if either end is off its figure by more than this factor. */
const MOST_REACH = 10;

/**
 * Whether an interval is too wide to mean anything, as one from two repeats that differ may be: it can span many powers
 * of ten.
 * An interval without an end above 0 is not judged.
 */
export function isVague(low: number, high: number): boolean {
  return low > 0 && high > low * MOST_REACH * MOST_REACH;
}

/** Printed in place of a vague interval. */
export const VAGUE = 'says nothing';

/** `12 to 15`, or that it is vague. */
export function intervalText(low: number, high: number, text: (value: number) => string): string {
  return isVague(low, high) ? VAGUE : `${text(low)} to ${text(high)}`;
}

/** A stream's name, shortened if it is long. */
export function streamText(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}

function digits(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 1000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(DIGITS)));
}
