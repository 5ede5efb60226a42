/** Numbers as a reader wants them: a few significant digits, and a unit that fits. */
const CHART_DIGITS = 3;
const TABLE_DIGITS = 4;

/** What is meant when there is no number. */
export const NONE = '–';

/** `0.00213`, `4.02`, `134`, `1,340`, `1,234,568`: three significant digits, but no whole number is rounded. */
export function numberText(value: number): string {
  return withDigits(value, CHART_DIGITS);
}

/** One digit more: `0.002134`, `99.83`, `1,340`; – if there is no number. */
export function tableText(value: number | null): string {
  return value === null ? NONE : withDigits(value, TABLE_DIGITS);
}

/** `99.83 to 100.2`. */
export function intervalText(low: number | null, high: number | null): string {
  return low === null || high === null ? NONE : `${tableText(low)} to ${tableText(high)}`;
}

/** Without zeros at its end: for ticks, where `10 ms` says more than `10.0 ms`. */
export function shortText(value: number): string {
  return numberText(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

const TIME_UNITS = [
  { unit: 's', ms: 1000 },
  { unit: 'ms', ms: 1 },
  { unit: 'µs', ms: 1e-3 },
  { unit: 'ns', ms: 1e-6 },
] as const;

/** `4.02 µs`, `134 ms`, `50.0 s`. */
export function durationText(valueMs: number): string {
  return durationWith(numberText, valueMs);
}

/** `4 µs`, `134 ms`, `50 s`. */
export function shortDurationText(valueMs: number): string {
  return durationWith(shortText, valueMs);
}

/** `0.3`, `12.4k`, `1.2M`: for the axes of rates. */
export function shortCountText(value: number): string {
  // The limits lie where three digits would round to a thousand of the smaller unit.
  if (Math.abs(value) >= 999_500_000) return `${shortText(value / 1e9)}G`;
  if (Math.abs(value) >= 999_500) return `${shortText(value / 1e6)}M`;
  if (Math.abs(value) >= 9_999.5) return `${shortText(value / 1000)}k`;
  return shortText(value);
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

export function rateText(rate: number | 'max'): string {
  return rate === 'max' ? 'max' : `${shortText(rate)}/s`;
}

/** `1 client`, `20 clients`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(String(count))} ${count === 1 ? singular : plural}`;
}

function durationWith(text: (value: number) => string, valueMs: number): string {
  if (valueMs === 0) return '0 ms';
  const size = Math.abs(valueMs) * 1.0005;
  const { unit, ms } = TIME_UNITS.find((one) => size >= one.ms) ?? TIME_UNITS[3];
  return `${text(valueMs / ms)} ${unit}`;
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
