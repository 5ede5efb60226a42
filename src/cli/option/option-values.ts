import { InvalidArgumentError } from 'commander';
import { parseProfile, profileText } from '../../delivery/profile.ts';
import { parseRate } from '../../delivery/rate.ts';
import { BasePath } from '../../server/base-path.ts';
import { parseClientName } from '../../session/client-name.ts';
import { DURATION_FORM, parseDuration } from '../../wording/duration.ts';

/** Parsers of option values: each says what it expects; commander adds the option's name and what came. */

const UNIT_COUNT: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** `500ms`, `15s`, `2m`, in milliseconds. */
export function durationMs(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new InvalidArgumentError(`Expected ${DURATION_FORM}.`);
  return duration.ms;
}

/** A whole number from `minimum`, with a suffix k, M or G if you like: `10k`. */
export function wholeNumber(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const [, amount, suffix = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
    const value = Number(amount) * (UNIT_COUNT[suffix] ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

/** `0.2`, `5k`, `1/10s` or `max`, in messages a second. */
export function rate(text: string): number {
  return explained(() => parseRate(text));
}

/** `jitter`, `burst:100`, `ramp:10-1k/60s` …, in canonical form. */
export function profile(text: string): string {
  return explained(() => profileText(parseProfile(text)));
}

/** `/feeds`. */
export function basePath(text: string): string {
  return explained(() => new BasePath(text).prefix);
}

export function clientName(text: string): string {
  return explained(() => parseClientName(text));
}

function explained<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** One or more values with commas between them. */
export function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map(parse);
}
