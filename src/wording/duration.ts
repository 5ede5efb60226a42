/**
 * A length of time as somebody typed it. Each unit is multiplied in one step, so that seconds are as exact as
 * milliseconds.
 */
export interface Duration {
  readonly ms: number;
  readonly seconds: number;
}

const UNITS: Readonly<Record<string, Duration>> = {
  ms: { ms: 1, seconds: 0.001 },
  s: { ms: 1000, seconds: 1 },
  m: { ms: 60_000, seconds: 60 },
  min: { ms: 60_000, seconds: 60 },
  h: { ms: 3_600_000, seconds: 3600 },
};

/** What a duration must be, in a sentence. */
export const DURATION_FORM = 'a duration such as 500ms, 15s or 2m';

/** `500ms`, `15s`, `2m` or `2min`, `1h`; undefined for anything else, and for zero. */
export function parseDuration(text: string): Duration | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const one = UNITS[unit];
  if (one === undefined) return undefined;
  const ms = Number(amount) * one.ms;
  return ms > 0 && Number.isFinite(ms) ? { ms, seconds: Number(amount) * one.seconds } : undefined;
}
