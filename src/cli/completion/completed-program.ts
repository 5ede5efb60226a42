import type { Argument, Command, Option } from 'commander';
import { RepeatableOption } from '../option/repeatable-option.ts';
import { valueFormOf } from '../settings/value-form.ts';

/** What shells complete, as the scripts for all of them are made of it. */
export interface Completed {
  readonly name: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly values: readonly CompletedValue[];
}

export interface CompletedOption {
  /** With its dashes: the long one first. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly repeatable: boolean;
  /** Undefined if it takes none. */
  readonly value: CompletedValue | undefined;
}

/** Words to choose from, names of files, or neither: what nobody can guess. */
export interface CompletedValue {
  readonly name: string;
  readonly words: readonly string[];
  readonly files: boolean;
}

/** Arguments that are files, by their names. */
const FILE_ARGUMENTS: readonly string[] = ['file', 'run', 'a', 'b'];

const HELP: CompletedOption = {
  flags: ['--help', '-h'],
  description: 'display help',
  repeatable: false,
  value: undefined,
};

/** @param kinds of streams */
export function completedProgram(program: Command, kinds: readonly string[]): Completed {
  const names = program.commands.map((command) => command.name());
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: brief(command.description()),
    options: [...shownOptions(command, kinds), HELP],
    values: command.registeredArguments.map((argument) => ofArgument(argument, kinds)),
  }));
  const help = {
    name: 'help',
    description: 'display help for command',
    options: [HELP],
    values: [{ name: 'command', words: names, files: false }],
  };
  return {
    name: program.name(),
    options: [...shownOptions(program, kinds), HELP],
    commands: [...commands, help],
  };
}

function shownOptions(command: Command, kinds: readonly string[]): CompletedOption[] {
  return command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag != null),
      description: brief(option.description),
      repeatable: option instanceof RepeatableOption,
      value: ofOption(option, kinds),
    }));
}

function ofOption(option: Option, kinds: readonly string[]): CompletedValue | undefined {
  const form = valueFormOf(option);
  if (form === undefined) return undefined;
  const name = /<(.*)>/.exec(option.flags)?.[1] ?? 'value';
  return { name, words: option.argChoices ?? (form.stream ? kinds : []), files: form.file ?? false };
}

function ofArgument(argument: Argument, kinds: readonly string[]): CompletedValue {
  const name = argument.name();
  const words = argument.argChoices ?? (name === 'stream' ? kinds : []);
  return { name, words, files: FILE_ARGUMENTS.includes(name) };
}

/** The first clause: a menu has a line for each. */
function brief(description: string): string {
  return description.split(/[;:] | \(default/)[0] as string;
}
