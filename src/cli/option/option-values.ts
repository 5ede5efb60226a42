import { InvalidArgumentError } from 'commander';
import { parseProfile, profileText } from '../../delivery/profile.ts';
import { parseRate } from '../../delivery/rate.ts';
import { BasePath } from '../../server/options/base-path.ts';
import { parseClientName } from '../../session/client-name.ts';
import { DURATION_FORM, parseDuration } from '../../wording/duration.ts';
import { quoted } from '../../wording/secrets.ts';

/**
 * Parsers of option values. Each error says what the option must be and what came; usage-sentence.ts puts the option
 * before it.
 */

const UNIT_COUNT: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** Refuses a value. */
export function badValue(expected: string, came: string): InvalidArgumentError {
  return new InvalidArgumentError(`must be ${expected}, got ${quoted(came)}`);
}

/** `500ms`, `15s`, `2m`, in milliseconds. */
export function durationMs(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw badValue(DURATION_FORM, text);
  return duration.ms;
}

/** The same, up to a maximum. */
export function durationUpTo(maximum: string): (text: string) => number {
  const maximumMs = durationMs(maximum);
  return (text) => {
    const ms = durationMs(text);
    if (ms > maximumMs) throw badValue(`${DURATION_FORM}, at most ${maximum}`, text);
    return ms;
  };
}

/** A whole number of at least `minimum`, optionally with a suffix k, M or G: `10k`. */
/** A whole number, or `auto`. */
export function wholeNumberOrAuto(minimum: number, maximum: number): (text: string) => number | 'auto' {
  const number = wholeNumber(minimum, maximum);
  return (text) => {
    if (text === 'auto') return text;
    if (/^\d+$/.test(text) && Number(text) >= minimum && Number(text) <= maximum) return number(text);
    throw badValue(`a whole number from ${minimum} to ${maximum}, or auto`, text);
  };
}

export function wholeNumber(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const [, amount, suffix = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
    const value = Number(amount) * (UNIT_COUNT[suffix] ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    // The largest integer is mentioned only to somebody who exceeded it.
    const bounded = maximum < Number.MAX_SAFE_INTEGER || value > maximum;
    const range = bounded ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`;
    throw badValue(`a whole number ${range}`, text);
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

export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((each) => each === text);
    if (found === undefined) throw badValue(`one of ${choices.join(', ')}`, text);
    return found;
  };
}

/** Parses by a rule of the library, whose errors begin with a name of its own: `rate must be …`. */
function explained<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message.replace(/^\S+ (?=must )/, ''));
  }
}

/** Values separated by commas; an error says which of them is wrong. */
export function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (list) =>
    list.split(',').map((entry) => {
      try {
        return parse(entry);
      } catch (error) {
        const where = entry === list ? '' : ` in ${quoted(list)}`;
        throw new InvalidArgumentError(`${(error as Error).message}${where}`);
      }
    });
}
