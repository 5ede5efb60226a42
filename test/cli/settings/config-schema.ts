import type { Command, Option } from 'commander';
import { RepeatableOption } from '../../../src/cli/option/repeatable-option.ts';
import { CONFIG_FILE } from '../../../src/cli/settings/config-file.ts';
import { keyOf, optionsWithKey } from '../../../src/cli/settings/settable.ts';
import { valueFormOf } from '../../../src/cli/settings/value-form.ts';

/** The JSON Schema of a config file, made of the commands that there are. */
export function configSchema(commands: readonly Command[]): object {
  const sections = commands
    .filter((command) => optionsWithKey(command).length > 0)
    .map((command) => [command.name(), sectionSchema(command)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://tidemark.invalid/schemas/config.schema.json',
    title: `Tidemark config file (${CONFIG_FILE})`,
    description:
      'Options of each command, by their names without the dashes. The command line and the environment count before them. Paths are relative to the file.',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(sections) },
    additionalProperties: false,
  };
}

function sectionSchema(command: Command): object {
  return {
    description: command.description(),
    type: 'object',
    properties: Object.fromEntries(
      optionsWithKey(command).map((option) => [
        keyOf(option),
        { description: option.description, ...valueSchema(option) },
      ]),
    ),
    additionalProperties: false,
  };
}

function valueSchema(option: Option): object {
  const form = valueFormOf(option);
  if (form === undefined) return { type: 'boolean' };
  if (form.secret) return { type: 'string' };
  const one = option.argChoices === undefined ? { type: ['string', 'number'] } : { enum: option.argChoices };
  if (!form.list && !(option instanceof RepeatableOption)) return one;
  return { anyOf: [one, { type: 'array', items: one }] };
}
