import type { Command, Option } from 'commander';
import { quoted } from '../../wording/secrets.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { nearest } from '../option/nearest.ts';
import { OlderSpelling } from '../option/older-spelling.ts';
import { readOptionFile } from '../option/option-file.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';
import { keyOf, optionsWithKey } from './settable.ts';
import { valueFormOf } from './value-form.ts';

/** The file that is read without being named, if it is in the working directory. */
export const CONFIG_FILE = 'tidemark.config.json';

/** What a file may have beside its commands, for editors. */
const SCHEMA_KEY = '$schema';

/** Where a config file is. */
interface ConfigPath {
  readonly path: string;
  /** Whether nobody named it. */
  readonly pickedUp: boolean;
}

/** A config file that was read. */
export interface ConfigFile extends ConfigPath {
  /** What it sets for the command, by key. */
  readonly section: ReadonlyMap<string, unknown>;
}

/**
 * Reads a config file for a command, and checks all of it but the meaning of values, which only the option that takes one
 * knows.
 *
 * @throws the system's error, or a UsageError that shows no value
 */
export function readConfigFile({ path, pickedUp }: ConfigPath, command: Command): ConfigFile {
  const file = pickedUp ? path : `--config ${path}`;
  const whole = parsed(file, readOptionFile(pickedUp ? 'config file' : '--config', path));
  if (!isObject(whole))
    throw refusal(`${file} must hold an object such as {"serve": {"port": 8000}}, got ${kindOf(whole)}`);
  const all = command.parent?.commands ?? [command];
  const settable = all.filter((each) => optionsWithKey(each).length > 0);
  const names = settable.map((each) => each.name());
  for (const [name, section] of Object.entries(whole)) {
    if (name === SCHEMA_KEY) continue;
    const known = settable.find((each) => each.name() === name);
    if (known === undefined)
      throw refusal(`${file} has the unknown key ${quoted(name)}${meant(nearest(name, names), names)}`);
    checkSection(path, known, section);
  }
  return {
    path,
    pickedUp,
    section: new Map(Object.entries((whole[command.name()] as object | undefined) ?? {})),
  };
}

/** How a key is called in a complaint. */
export function keyName(path: string, command: Command, option: Option): string {
  return `${command.name()}.${keyOf(option)} in ${path}`;
}

function checkSection(path: string, command: Command, section: unknown): void {
  const place = `${command.name()} in ${path}`;
  if (!isObject(section))
    throw refusal(`${place} must be an object such as {"port": 8000}, got ${kindOf(section)}`);
  const options = optionsWithKey(command);
  for (const [key, value] of Object.entries(section)) {
    const option = options.find((each) => keyOf(each) === key);
    if (option === undefined)
      throw refusal(`${place} has the unknown key ${quoted(key)}${nearKey(key, command)}`);
    const expected = expectedOf(option, value);
    if (expected !== undefined)
      throw refusal(`${keyName(path, command, option)} must be ${expected}, got ${kindOf(value)}`);
  }
}

/** What a value should have been; undefined if it is that. */
function expectedOf(option: Option, value: unknown): string | undefined {
  const form = valueFormOf(option);
  if (form === undefined) return typeof value === 'boolean' ? undefined : 'true or false';
  if (form.secret) return typeof value === 'string' ? undefined : 'a string';
  if (isPlain(value)) return undefined;
  if (form.list !== true && !(option instanceof RepeatableOption)) return 'a string or a number';
  return Array.isArray(value) && value.every(isPlain) ? undefined : 'a string, a number, or an array of them';
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** A key that was mistyped, or is an option's older name, or switches one off. */
function nearKey(typed: string, command: Command): string {
  const keys = optionsWithKey(command).map(keyOf);
  const older = command.options.filter((option) => option instanceof OlderSpelling);
  const words = [...keys, ...older.map(keyOf)];
  const near = nearest(typed, words) ?? nearest(typed.replace(/^no-/, ''), words);
  const key = older.find((option) => keyOf(option) === near)?.newer.slice('--'.length) ?? near;
  return meant(key, keys);
}

function meant(near: string | undefined, all: readonly string[]): string {
  return near === undefined ? `: those that it may have are ${all.join(', ')}` : ` (Did you mean "${near}"?)`;
}

/** The engine's own message would show what the file holds. */
function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const before = position === undefined ? undefined : text.slice(0, Number(position)).split('\n');
    const where =
      before === undefined ? 'it' : `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    throw refusal(`${file} must be JSON, but ${where} is not`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What came, without its value: it may be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function refusal(sentence: string): UsageError {
  return new UsageError('bad_option', 'config', () => sentence);
}
