import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { RepeatableOption } from '../../../src/cli/option/repeatable-option.ts';
import { tidemarkProgram } from '../../../src/cli/program.ts';
import {
  keyOf,
  optionsWithKey,
  optionsWithVariable,
  variablesOf,
} from '../../../src/cli/settings/settable.ts';
import { valueFormOf } from '../../../src/cli/settings/value-form.ts';

/** Goes through every option of every command, whatever there is: each source sets it, in the one order. */
const folder = mkdtempSync(join(tmpdir(), 'tidemark-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'every-option.json');

type Variables = Readonly<Record<string, string>>;
interface Given {
  readonly words?: readonly string[];
  readonly variables?: Variables;
  readonly file?: unknown;
}

const surroundings = { variables: {} as Variables, folder };
const program = tidemarkProgram(surroundings);
const commands = program.commands;
let taken: Record<string, unknown> | undefined;
for (const command of commands) {
  command.action(() => {
    taken = command.opts();
  });
  for (const option of command.options) option.mandatory = false;
}
for (const each of [program, ...commands]) each.exitOverride().configureOutput({ writeErr: () => {} });

/** What a command would be run with. */
function optionsOf(
  command: Command,
  { words = [], variables = {}, file: config }: Given,
): Record<string, unknown> {
  surroundings.variables = variables;
  taken = undefined;
  if (config !== undefined) writeFileSync(file, JSON.stringify(config));
  const from = config === undefined ? ['--no-config'] : ['--config', file];
  const operands = command.registeredArguments.filter(({ required }) => required).map(() => 'operand');
  program.parse([command.name(), ...operands, ...from, ...words], { from: 'user' });
  return taken ?? expect.unreachable('it was not run');
}

/** Something for any option: four of them that it takes, and that differ. */
const VALUES = [
  ...['5', '6', '7', '8', '2%', '3%', '4%', '5%', '11s', '12s', '13s', '14s', '/a', '/b', '/c', '/d'],
  ...['a=1', 'b=2', 'c=3', 'd=4', 'jitter', 'burst:5', 'burst:6', 'burst:7'],
];

function valuesOf(option: Option): readonly string[] {
  const texts = (option.argChoices ?? VALUES).filter((text) => {
    try {
      option.parseArg?.(text, option.defaultValue);
      return true;
    } catch {
      return false;
    }
  });
  return Array.from({ length: 4 }, (_, index) => texts[index % texts.length] as string);
}

const every = commands.flatMap((command) =>
  optionsWithVariable(command).map((option) => ({
    name: command.name(),
    flag: option.long as string,
    command,
    option,
  })),
);
const inFile = every.filter(({ command, option }) => optionsWithKey(command).includes(option));

describe.each(inFile)('tidemark $name $flag', ({ name, flag, command, option }) => {
  const attribute = option.attributeName();
  const [own, general] = variablesOf(command, option);
  const isFlag = valueFormOf(option) === undefined;
  const [inFile, inGeneral, inOwn, typed] = isFlag ? ['true', 'false', 'true', 'false'] : valuesOf(option);
  const opposite = option.negate ? flag.replace('--no-', '--') : flag.replace('--', '--no-');
  const words = isFlag ? [opposite] : [`${flag}=${typed}`];
  const config = (value: unknown) => ({ [name]: { [keyOf(option)]: value } });
  const value = (given: Given) => optionsOf(command, given)[attribute];
  const plain = isFlag ? inFile === 'true' : option instanceof RepeatableOption ? [inFile] : inFile;
  const all = { [general]: inGeneral as string, [own]: inOwn as string };
  // What the command line makes of the same text is the yardstick.
  const meant = (text = '') => {
    if (!isFlag) return value({ words: [`${flag}=${text}`] });
    return value({ words: text === 'true' ? [flag] : [] });
  };

  test('is set by each source', () => {
    const place = valueFormOf(option)?.file ? `${folder}/` : ''; // a path is relative to the file
    expect(value({ file: config(plain) })).toEqual(meant(isFlag ? inFile : `${place}${inFile}`));
    expect(value({ variables: { [general]: inGeneral as string } })).toEqual(meant(inGeneral));
    expect(value({ variables: { [own]: inOwn as string } })).toEqual(meant(inOwn));
  });

  test('counts from the command line, else the variable of the command, else that of all, else the file', () => {
    expect(value({ file: config(plain), variables: all, words })).toEqual(meant(typed));
    expect(value({ file: config(plain), variables: all })).toEqual(meant(inOwn));
    expect(value({ file: config(plain), variables: { [general]: inGeneral as string } })).toEqual(
      meant(inGeneral),
    );
  });

  test('is not set by an empty variable, nor by what is meant for another command', () => {
    expect(value({ variables: { [own]: '', [general]: '' } })).toEqual(value({}));
    expect(value({ variables: { TIDEMARK_OTHER_PORT: 'tcp://10.0.0.1:1' }, file: {} })).toEqual(value({}));
  });

  test('with a bad value names the variable, or the key and the file, and what was expected', () => {
    const bad = isFlag ? 'maybe' : '\u0001';
    const refused = (given: Given) => {
      try {
        value(given);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (const variable of [own, general]) {
      const sentence = refused({ variables: { [variable]: bad } });
      // What has no parser is judged by the command, in the same words: see the tests of complaints.
      if (isFlag || option.parseArg !== undefined)
        expect(sentence ?? 'taken').toMatch(new RegExp(`^${variable} must be .*, got |taken`));
    }
    expect(refused({ file: config({}) })).toMatch(
      new RegExp(`^${name}\\.${keyOf(option)} in .*every-option\\.json must be .*, got an object$`),
    );
    expect(refused({ variables: { [own]: bad }, words }), 'only what counts is judged').toBe(undefined);
  });
});

test('variables are made by one rule, and no two options of a command share one', () => {
  for (const command of commands) {
    const names = optionsWithVariable(command).flatMap((option) => variablesOf(command, option));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^TIDEMARK(_[A-Z]+)+$/);
  }
  // The variable of one command is not also that of an option of all.
  const own = new Set(every.map(({ command, option }) => variablesOf(command, option)[0]));
  const general = every.map(({ command, option }) => variablesOf(command, option)[1]);
  expect(general.filter((name) => own.has(name))).toEqual([]);
});

test('all options but those that are exempt by rule have a variable and a key', () => {
  for (const command of commands.filter((each) => optionsWithKey(each).length > 0)) {
    const shown = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long);
    const variable = optionsWithVariable(command).map(({ long }) => long);
    expect(shown.filter((flag) => !variable.includes(flag))).toEqual(['--no-config']);
    const key = optionsWithKey(command).map(({ long }) => long);
    expect(shown.filter((flag) => !key.includes(flag))).toEqual(['--config', '--no-config']);
  }
});
