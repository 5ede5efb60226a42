/** A tool's command line. Each option has a kind, which reads its text, or says in a sentence what is wrong with it. */
import { parseArgs } from 'node:util';

/**
 * @template T
 * @typedef {object} Option
 * @property {'string' | 'boolean'} type
 * @property {(name: string, given: any) => T} read `given` is undefined for an option that was not given
 */

/** A flag, given or not. @type {Option<boolean>} */
export const flag = { type: 'boolean', read: (_, given = false) => given };

/** Any text. @type {Option<string | undefined>} */
export const text = { type: 'string', read: (_, given) => given };

/** A whole number. @param {number} [least] @returns {Option<number | undefined>} */
export function wholeNumber(least = 1) {
  return {
    type: 'string',
    read: (name, given) => (given === undefined ? undefined : readWholeNumber(`--${name}`, given, least)),
  };
}

/** Comma-separated texts. @type {Option<string[]>} */
export const texts = { type: 'string', read: (_, given) => given?.split(',') ?? [] };

/** Comma-separated names of things that exist. @param {string} what @param {readonly string[]} there @returns {Option<string[] | undefined>} */
export function namesOf(what, there) {
  return {
    type: 'string',
    read: (_, given) =>
      given?.split(',').map((/** @type {string} */ name) => known(what, name.trim(), there)),
  };
}

/** @param {string} what is a number @param {string} given @param {number} [least] */
export function readWholeNumber(what, given, least = 1) {
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least)
    throw new Error(`${what} must be a whole number from ${least}, got ${JSON.stringify(given)}`);
  return value;
}

/**
 * Returns the name if it is known, and throws otherwise.
 *
 * @template {string} Name
 * @param {string} what
 * @param {string} name
 * @param {readonly Name[]} there
 * @returns {Name}
 */
export function known(what, name, there) {
  const found = there.find((each) => each === name);
  if (found === undefined)
    throw new Error(`no ${what} ${JSON.stringify(name)}: there are ${there.join(', ')}`);
  return found;
}

/**
 * Reads a command line: each option by its kind, `help`, and up to `mostPositionals` positionals.
 *
 * @template {Record<string, Option<any>>} Options
 * @param {readonly string[]} args
 * @param {Options} options
 * @param {number} [mostPositionals]
 * @returns {{ [Name in keyof Options]: ReturnType<Options[Name]['read']> } & { help: boolean, positionals: string[] }}
 * @throws {Error} with one sentence that says what was expected, and what came
 */
export function parseOptions(args, options, mostPositionals = 0) {
  const all = { ...options, help: flag };
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: Object.fromEntries(Object.entries(all).map(([name, { type }]) => [name, { type }])),
  });
  if (positionals.length > mostPositionals)
    throw new Error(`Unexpected argument '${positionals[mostPositionals]}'`);
  const read = Object.entries(all).map(([name, option]) => [name, option.read(name, values[name])]);
  return { ...Object.fromEntries(read), positionals };
}
