import type { Difference } from './difference.ts';
import { excerptAt, shortened } from './excerpt.ts';

/**
 * The first difference between two JSON values, in the order of the keys of the expected one; undefined if they are
 * equal. The order of keys is no difference; 1.50 and 1.5 are one number.
 */
export function jsonDifference(expected: unknown, received: unknown, path = ''): Difference | undefined {
  if (Object.is(expected, received) || expected === received) return undefined;
  if (Array.isArray(expected) && Array.isArray(received)) return differenceOfArrays(expected, received, path);
  if (isObject(expected) && isObject(received)) return differenceOfObjects(expected, received, path);
  return difference(path, expected, received);
}

function differenceOfArrays(
  expected: readonly unknown[],
  received: readonly unknown[],
  path: string,
): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, received.length); index++) {
    const found = jsonDifference(expected[index], received[index], `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function differenceOfObjects(
  expected: Readonly<Record<string, unknown>>,
  received: Readonly<Record<string, unknown>>,
  path: string,
): Difference | undefined {
  const keys = Object.keys(expected);
  for (const key of keys) {
    const below = path === '' ? key : `${path}.${key}`;
    const value = Object.hasOwn(received, key) ? received[key] : undefined;
    const found = jsonDifference(expected[key], value, below);
    if (found !== undefined) return found;
  }
  if (Object.keys(received).length === keys.length) return undefined;
  const more = Object.keys(received).find((key) => !Object.hasOwn(expected, key)) ?? '';
  return difference(path === '' ? more : `${path}.${more}`, undefined, received[more]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function difference(field: string, expected: unknown, received: unknown): Difference {
  if (typeof expected === 'string' && typeof received === 'string')
    return { field, byte: null, ...differenceOfTexts(expected, received) };
  return { field, byte: null, expected: shown(expected), received: shown(received) };
}

/** Two texts may differ only far from their beginning, or in what is invisible. */
function differenceOfTexts(expected: string, received: string): Pick<Difference, 'expected' | 'received'> {
  const [first, second] = [utf8.encode(JSON.stringify(expected)), utf8.encode(JSON.stringify(received))];
  const at = first.findIndex((byte, index) => byte !== second[index]);
  return {
    expected: excerptAt(first, 0, first.length, at),
    received: excerptAt(second, 0, second.length, at),
  };
}

const utf8 = new TextEncoder();

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : shortened(beginning(value, MOST_CHARACTERS));
}

/** More than is displayed. */
const MOST_CHARACTERS = 200;

/** The beginning of a value as JSON, a few characters long: a peer's value may be nested arbitrarily deep. */
function beginning(value: unknown, characters: number): string {
  if (characters <= 0) return '';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, characters));
  if (Array.isArray(value)) {
    let text = '[';
    for (const [index, item] of value.entries()) {
      if (text.length >= characters) return text;
      text += `${index === 0 ? '' : ','}${beginning(item, characters - text.length)}`;
    }
    return `${text}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  let text = '{';
  for (const key in value) {
    if (text.length >= characters) return text;
    text += `${text === '{' ? '' : ','}${JSON.stringify(key.slice(0, characters))}:`;
    text += beginning(value[key], characters - text.length);
  }
  return `${text}}`;
}
