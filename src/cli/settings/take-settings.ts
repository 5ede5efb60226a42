import { type Command, Option } from 'commander';
import { flagOfAttribute } from '../output/flag.ts';
import { CONFIG_FILE } from './config-file.ts';
import { keyOf, optionsWithKey, variablesOf } from './settable.ts';
import { type Surroundings, settle } from './settle.ts';
import { valueFormOf } from './value-form.ts';

/** Makes variables and a config file set the options of a command that it has by now, and its help say so. */
export function takeSettings(command: Command, surroundings: Surroundings): void {
  const options = optionsWithKey(command);
  if (options.length === 0) return;
  for (const option of options) if (valueFormOf(option) === undefined) addCounterpart(command, option);
  const { heading, example } = words(command, options);
  const what = `JSON, as in ${example} (default: ${CONFIG_FILE}, if it is here)`;
  command
    .addOption(new Option('--config <file>', what).helpGroup(heading))
    .addOption(new Option('--no-config', 'read no config file').helpGroup(heading));
  const parse = command.parseOptions.bind(command);
  // Before commander looks for what is missing, or given beside what excludes it.
  command.parseOptions = (words) => {
    const result = parse(words);
    dropFlagsThatAreOff(command, options);
    if (!asksForHelp(result.unknown)) settle(command, surroundings);
    return result;
  };
}

/** The order, said with an option of the command. */
function words(command: Command, options: readonly Option[]): { heading: string; example: string } {
  const option = options.find((each) => valueFormOf(each) !== undefined) ?? (options[0] as Option);
  const [own, general] = variablesOf(command, option);
  return {
    heading: `Each option is taken from the command line, else from the environment, else
from a config file, else it has its default. In the environment ${option.long} is
${own}, or ${general} for every command:`,
    example: `{"${command.name()}": {"${keyOf(option)}": …}}`,
  };
}

/** What a variable or a file has switched on, `--no-json` switches off; or `--kill` on, for an option `--no-kill`. */
function addCounterpart(command: Command, option: Option): void {
  const flag = flagOfAttribute(option.attributeName());
  const opposite = option.negate ? flag : flag.replace('--', '--no-');
  command.addOption(new Option(opposite, `the opposite of ${option.long}`).hideHelp());
}

/** A command knows its options without a value only as given, or not. */
function dropFlagsThatAreOff(command: Command, options: readonly Option[]): void {
  for (const option of options) {
    const attribute = option.attributeName();
    if (valueFormOf(option) !== undefined || option.negate || command.getOptionValue(attribute) !== false)
      continue;
    command.setOptionValueWithSource(attribute, undefined, 'cli');
  }
}

function asksForHelp(words: readonly string[]): boolean {
  return words.includes('-h') || words.includes('--help');
}
