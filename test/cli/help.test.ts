import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { tidemarkProgram } from '../../src/cli/program.ts';

const COMMANDS = tidemarkProgram().commands.map((command) => ({ name: command.name(), command }));

/** The whole help, as it is on a terminal of 80 columns. */
function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help;
}

describe.each(COMMANDS)('tidemark $name --help', ({ name, command }) => {
  test('is as it was', async () => {
    await expect(helpOf(command)).toMatchFileSnapshot(`./__snapshots__/${name}.txt`);
  });

  test('ends with examples and exit codes', () => {
    expect(helpOf(command)).toMatch(
      new RegExp(`\n\nExamples:\n.*tidemark ${name}.*\n[^]*\n\nExit codes:\n {2}\\d+ +\\S[^]*\n$`),
    );
  });

  test('fits the terminal', () => {
    const long = helpOf(command)
      .split('\n')
      .filter((line) => line.length > 80 && !/^ {2}.*tidemark /.test(line)); // a command is copied whole
    expect(long).toEqual([]);
  });

  test('says of every option what it does', () => {
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  });
});
