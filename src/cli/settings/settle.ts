import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Command, Option } from 'commander';
import { quoted } from '../../wording/secrets.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';
import { expectation } from '../option/usage-sentence.ts';
import { complain } from '../output/complaint.ts';
import { forgetElsewhere, rememberElsewhere } from '../output/set-elsewhere.ts';
import { CONFIG_FILE, type ConfigFile, keyName, readConfigFile } from './config-file.ts';
import { isDisplaced } from './displacement.ts';
import { keyOf, optionsWithKey, optionsWithVariable, variablesOf } from './settable.ts';
import { unknownVariables } from './unknown-variables.ts';
import { valueFormOf } from './value-form.ts';

/** Where a command runs. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly folder: string;
}

/** From the last to the first: what is further on counts. */
const ORDER = ['file', 'variable', 'variable of the command', 'command line'] as const;
type SettingPlace = (typeof ORDER)[number];

/** An option that is set, and where. */
interface Setting {
  readonly option: Option;
  readonly place: SettingPlace;
  /** What a complaint calls it. */
  readonly name: string;
  /**
   * A text for each time that it is given; true or false for an option without a value; undefined for one that was
   * typed, which commander has set.
   */
  readonly value: readonly string[] | boolean | undefined;
}

/**
 * Sets each option of a command that was not typed by its variable, or else by the config file. Only the value that
 * counts is judged.
 *
 * @throws a UsageError that names the variable, or the key and its file; the system's error for the file
 */
export function settle(command: Command, surroundings: Surroundings): void {
  forgetElsewhere();
  for (const sentence of unknownVariables(command, surroundings.variables)) complain(sentence);
  const file = configFile(command, surroundings);
  const settable = optionsWithVariable(command).filter(({ long }) => long !== '--config');
  const settings = settable.flatMap((option) => {
    return (
      typed(command, option) ??
      byVariable(command, option, surroundings) ??
      byFile(command, option, file) ??
      []
    );
  });
  const standing = withoutDisplaced(command, settings);
  for (const setting of standing) apply(command, setting);
  if (file?.pickedUp) tellOf(file, standing);
}

function typed(command: Command, option: Option): Setting | undefined {
  if (command.getOptionValueSource(option.attributeName()) !== 'cli') return undefined;
  return { option, place: 'command line', name: keyOf(option), value: undefined };
}

function byVariable(command: Command, option: Option, { variables }: Surroundings): Setting | undefined {
  const [own, general] = variablesOf(command, option);
  const name = [own, general].find((each) => (variables[each] ?? '') !== '');
  if (name === undefined) return undefined;
  const text = variables[name] as string;
  const place = name === own ? 'variable of the command' : 'variable';
  if (valueFormOf(option) === undefined) return { option, place, name, value: flagValue(name, text) };
  return { option, place, name, value: option instanceof RepeatableOption ? text.split(',') : [text] };
}

const ON = ['true', '1'];
const OFF = ['false', '0'];

function flagValue(name: string, text: string): boolean {
  if (!ON.includes(text) && !OFF.includes(text))
    throw refusal(`${name} must be true or false, got ${quoted(text)}`);
  return ON.includes(text);
}

function byFile(command: Command, option: Option, file: ConfigFile | undefined): Setting | undefined {
  if (file === undefined || !optionsWithKey(command).includes(option)) return undefined;
  const value = file.section.get(keyOf(option));
  if (value === undefined) return undefined;
  const found = { option, place: 'file', name: keyName(file.path, command, option) } as const;
  if (typeof value === 'boolean') return { ...found, value };
  const texts = [value].flat().map(String);
  const form = valueFormOf(option);
  if (form?.file) return { ...found, value: texts.map((path) => fromFolderOf(file.path, path)) };
  return { ...found, value: option instanceof RepeatableOption ? texts : [texts.join(',')] };
}

/** A path in a config file means the same wherever that is read from. */
function fromFolderOf(file: string, path: string): string {
  return path === '-' || path === '' || isAbsolute(path) ? path : join(dirname(file), path);
}

function configFile(command: Command, { variables, folder }: Surroundings): ConfigFile | undefined {
  const option = command.options.find(({ long }) => long === '--config') as Option;
  if (typed(command, option) !== undefined) {
    const path: string | false = command.getOptionValue('config');
    return path === false ? undefined : readConfigFile({ path, pickedUp: false }, command);
  }
  const name = variablesOf(command, option).find((each) => (variables[each] ?? '') !== '');
  if (name !== undefined) {
    rememberElsewhere('--config', name, []);
    return readConfigFile({ path: variables[name] as string, pickedUp: false }, command);
  }
  const path = join(folder, CONFIG_FILE);
  return existsSync(path) ? readConfigFile({ path, pickedUp: true }, command) : undefined;
}

/** Options that exclude each other may be set in different places: the one that counts first stands. */
function withoutDisplaced(command: Command, settings: readonly Setting[]): readonly Setting[] {
  const rank = ({ place }: Setting) => ORDER.indexOf(place);
  const standing: Setting[] = [];
  for (const setting of [...settings].sort((a, b) => rank(b) - rank(a))) {
    const displaced = standing.some(
      (other) =>
        rank(other) > rank(setting) &&
        isOn(command, other) &&
        isDisplaced(command, other.option, setting.option),
    );
    if (!displaced) standing.push(setting);
  }
  return standing;
}

/** A flag that is off displaces nothing. */
function isOn(command: Command, { option, value }: Setting): boolean {
  if (value !== undefined) return value !== false;
  const typed: unknown = command.getOptionValue(option.attributeName());
  return option.negate ? typed === false : typed !== undefined;
}

function apply(command: Command, { option, place, name, value }: Setting): void {
  if (value === undefined || value === false) return;
  const flag = option.long as string;
  const texts = value === true ? [] : value;
  rememberElsewhere(flag, name, value === true ? [flag] : texts.flatMap((text) => [flag, text]));
  let made: unknown = value === true ? !option.negate : option.defaultValue;
  // What is right for another command may not be for this one, as the list of `bench --clients` for `connect`.
  const instead = place === 'variable' ? `; ${variablesOf(command, option)[0]} counts before it` : '';
  for (const text of texts) made = parsed(option, name, text, made, instead);
  command.setOptionValueWithSource(option.attributeName(), made, 'elsewhere');
}

function parsed({ parseArg }: Option, name: string, text: string, before: unknown, instead: string): unknown {
  if (parseArg === undefined) return text;
  try {
    return parseArg(text, before);
  } catch (error) {
    throw refusal(`${name} ${expectation((error as Error).message, text)}${instead}`);
  }
}

/** A file that nobody named is told of, if it changes anything: else the same command would do another thing here. */
function tellOf({ path }: ConfigFile, settings: readonly Setting[]): void {
  const flags = settings.filter(({ place }) => place === 'file').map(({ option }) => keyOf(option));
  if (flags.length > 0) complain(`${path} sets ${flags.join(', ')} (--no-config leaves it out)`);
}

function refusal(sentence: string): UsageError {
  return new UsageError('bad_option', 'config', () => sentence);
}
