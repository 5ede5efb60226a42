import type { Argument, Command, Option } from 'commander';
import { keyOf, optionsWithKey, optionsWithVariable, variablesOf } from '../../src/cli/settings/settable.ts';

/** docs/cli.md, made of the commands that there are. */
export function cliPage(commands: readonly Command[]): string {
  const list = commands.map(
    (command) => `- [\`${command.name()}\`](#tidemark-${command.name()}): ${command.description()}`,
  );
  return `${[INTRODUCTION, list.join('\n'), SETTINGS, ...commands.map(section)].join('\n\n')}\n`;
}

const INTRODUCTION = `# The command line

Each command, as \`tidemark COMMAND --help\` tells of it. This page is made of the commands themselves; a test holds it to them
(\`npx vitest run test/docs/cli.test.ts -u\` writes it anew).`;

const SETTINGS = `## Where options come from

Each option is taken from the first of these places that has it:

1. the command line: \`--max-clients 5\`, or \`--max-clients=5\`;
2. the environment: for one command \`TIDEMARK_SERVE_MAX_CLIENTS=5\`, or for every command that has the option \`TIDEMARK_MAX_CLIENTS=5\`;
3. a config file: \`{"serve": {"max-clients": 5}}\`;
4. its default.

**In the environment** an option without a value is \`true\` or \`false\` (or 1 or 0): \`TIDEMARK_JSON=true\`, \`TIDEMARK_NO_CRASH=true\`. An option that can be
repeated takes its values separated by commas. An empty variable is not set. One that begins
with \`TIDEMARK_\` and sets no option of any command is told of in a line on stderr, with the one that was meant. Where one flag means other values in two
commands, as \`--clients\` does, \`TIDEMARK_CLIENTS=1,5\` is for both: \`TIDEMARK_BENCH_CLIENTS=1,5\` is for one. Kubernetes sets \`TIDEMARK_PORT=tcp://…\` for a service named
\`tidemark\`: there \`TIDEMARK_SERVE_PORT\` or \`enableServiceLinks: false\` is needed.

**The config file** is that of \`--config FILE\`, else of \`TIDEMARK_CONFIG\`, else \`tidemark.config.json\` in the working directory, and of no other
folder. One that nobody named is told of in a line on stderr when it sets anything; \`--no-config\` leaves it out. It is JSON: for each
command an object of its options, by their names without the dashes.

\`\`\`json
{
  "$schema": "./node_modules/tidemark/schemas/config.schema.json",
  "serve": { "port": 8000, "allow-origin": ["https://example.org"], "token-file": "secrets/token" },
  "connect": { "block-size": 20, "json": true },
  "bench": { "block-sizes": [1, 20, 100], "clients": "1,5", "tag": ["branch=main"] }
}
\`\`\`

An option without a value is \`true\` or \`false\`; one that can be repeated, or that takes a list, may be an array. Paths are relative to the file. A key that no
option has is refused, with the one that was meant. [config.schema.json](../schemas/config.schema.json) is its JSON Schema.

A flag that is on in the environment or in a file is switched off on the command line by \`--no-FLAG\`: \`--no-json\`. A list that is given replaces
all of one that stands further down. So does an option that excludes others: \`--token-file\`, typed, counts before \`TIDEMARK_TOKEN\`, and \`--blocks\`
before a \`count\` in the file. What a URL says is typed: \`?rate=5\` counts before \`TIDEMARK_RATE\`. A complaint names the variable, or the key and its file, and shows no token.`;

function section(command: Command): string {
  const { notes, examples, exits } = endOf(command);
  const usage = `tidemark ${command.name()} ${command.usage()}`;
  return [
    `## tidemark ${command.name()}`,
    `${sentence(command.description())}`,
    fence('sh', usage),
    ...argumentTable(command.registeredArguments),
    ...optionTables(command),
    ...(notes === '' ? [] : [fence('text', notes)]),
    `**Examples**`,
    fence('sh', examples),
    `**Exit codes**`,
    table(['code', 'when'], exits),
  ].join('\n\n');
}

function argumentTable(registered: readonly Argument[]): string[] {
  if (registered.length === 0) return [];
  const rows = registered.map((argument) => {
    const { argChoices: choices, defaultValue } = argument;
    const { told, byDefault } = withDefault(argument.description, defaultValue, undefined);
    return [code(argument.name()), told + choicesText(choices), byDefault];
  });
  return [table(['argument', 'what it is', 'default'], rows)];
}

function optionTables(command: Command): string[] {
  const shown = optionsWithVariable(command).filter((option) => optionsWithKey(command).includes(option));
  const headings = [...new Set(shown.map(({ helpGroupHeading }) => helpGroupHeading ?? 'Options:'))];
  return headings.flatMap((heading) => {
    const rows = shown.filter((option) => (option.helpGroupHeading ?? 'Options:') === heading);
    return [
      `**${heading.replace(/:$/, '')}**`,
      table(
        ['option', 'what it does', 'default', 'variable'],
        rows.map((option) => optionRow(command, option)),
      ),
    ];
  });
}

function optionRow(command: Command, option: Option): string[] {
  const valued = option.required || option.optional;
  const { told, byDefault } = withDefault(
    option.description,
    valued ? option.defaultValue : undefined,
    option.defaultValueDescription,
  );
  const needed = option.mandatory ? ' (needed)' : '';
  const variable = variablesOf(command, option)[0];
  expectKey(option, variable);
  return [code(option.flags), told + choicesText(option.argChoices) + needed, byDefault, code(variable)];
}

/** The page shows no key: it is the flag without its dashes, and the variable in small letters. */
function expectKey(option: Option, variable: string): void {
  if (!variable.toLowerCase().replaceAll('_', '-').endsWith(keyOf(option))) throw new Error(variable);
}

/** Descriptions that say themselves what holds without the option end with it. */
function withDefault(description: string, value: unknown, told: string | undefined) {
  const [, before = description, own] = /^(.*) \(default: (.*)\)$/s.exec(description) ?? [];
  const text =
    own?.replace(/^"(.*)"$/, '$1') ?? told ?? (value === undefined || value === '' ? '' : String(value));
  return { told: before, byDefault: text };
}

function choicesText(choices: readonly string[] | undefined): string {
  return choices === undefined ? '' : ` (one of ${choices.map(code).join(', ')})`;
}

/** What follows options in a command's help. */
function endOf(command: Command): { notes: string; examples: string; exits: string[][] } {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  const end = help.slice(command.helpInformation().length);
  const [, notes = '', examples = '', exits = ''] =
    /^(.*?)\n*Examples:\n(.*?)\n\nExit codes:\n(.*)$/s.exec(end) ?? [];
  const codes = exits
    .trimEnd()
    .replaceAll(/\n {7}/g, ' ')
    .split('\n');
  return {
    notes: notes.trim(),
    examples: examples.replaceAll(/^ {2}/gm, ''),
    exits: codes.map((line) => /^ {2}(\d+) +(.*)$/.exec(line)?.slice(1) ?? [line]),
  };
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map((row) => line(row))].join('\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function code(text: string): string {
  return `\`${text}\``;
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
