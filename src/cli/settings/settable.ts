import type { Command, Option } from 'commander';

/**
 * Options by other ways than the command line. One rule makes the names, from the flag: `--max-clients` of
 * `tidemark serve` is `TIDEMARK_SERVE_MAX_CLIENTS`, or `TIDEMARK_MAX_CLIENTS` for every command that has it, and
 * `max-clients` below `serve` in a config file.
 */

/** Options that no variable sets: what is asked for at this very moment. */
const NO_VARIABLE: readonly string[] = ['--help', '--version', '--no-config'];
/** Options that have no key in a config file: it can't name itself. */
const NO_KEY: readonly string[] = [...NO_VARIABLE, '--config'];

/** The options of a command that a variable sets. Hidden ones are other spellings of those. */
export function optionsWithVariable({ options }: Command): readonly Option[] {
  return options.filter(({ long, hidden }) => long != null && !hidden && !NO_VARIABLE.includes(long));
}

/** The options of a command that a config file sets. */
export function optionsWithKey(command: Command): readonly Option[] {
  return optionsWithVariable(command).filter(({ long }) => !NO_KEY.includes(long as string));
}

/** The key of an option in a config file. */
export function keyOf({ long }: Option): string {
  return (long as string).slice('--'.length);
}

/** The variables of an option: the one of its command, which counts first, and the one of all commands. */
export function variablesOf(command: Command, option: Option): readonly [string, string] {
  return [variable(command.name(), keyOf(option)), variable(keyOf(option))];
}

function variable(...words: string[]): string {
  return ['tidemark', ...words].join('_').replaceAll('-', '_').toUpperCase();
}
