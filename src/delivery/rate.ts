import { badParameter } from '../stream/stream-error.ts';
import { parseDuration } from '../wording/duration.ts';

/** The fastest rate that can be given by number; beyond it there is `max`. */
export const MAXIMUM_PER_SECOND = 10_000_000;

/**
 * Parses messages a second: `0.2`, `10`, `5k`, `1/10s` (one every ten seconds), `30/min`; Infinity for `max`.
 *
 * @throws StreamError `bad_parameter`
 */
export function parseRate(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const parts = /^(\d+(?:\.\d+)?)(k?)(?:\/(.+))?$/s.exec(text);
  const [, amount = '', kilo, period = 's'] = parts ?? [];
  const each = parseDuration(/^\d/.test(period) ? period : `1${period}`);
  const perSecond = (Number(amount) * (kilo ? 1000 : 1)) / (each?.seconds ?? Number.NaN);
  if (parts === null || !(perSecond > 0) || perSecond > MAXIMUM_PER_SECOND) {
    throw badParameter(
      'rate',
      'messages a second such as 10, 0.2, 5k or 1/10s (at most 10000k), or max',
      text,
    );
  }
  return perSecond;
}

/** A rate from the wire, in messages a second; Infinity for `max`. */
export function rateFromWire(rate: number | 'max'): number {
  return rate === 'max' ? Number.POSITIVE_INFINITY : rate;
}

/** A rate for the wire: a number, or `max`. */
export function rateOnWire(perSecond: number): number | 'max' {
  return Number.isFinite(perSecond) ? perSecond : 'max';
}
