import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { benchCommand } from '../../src/cli/bench/options.ts';
import { chaosCommand } from '../../src/cli/chaos/options.ts';
import { compareCommand } from '../../src/cli/compare/options.ts';
import { connectCommand } from '../../src/cli/connect/options.ts';
import { demoCommand } from '../../src/cli/demo/options.ts';
import { genCommand } from '../../src/cli/gen/options.ts';
import { reportCommand } from '../../src/cli/report/options.ts';
import { selftestCommand } from '../../src/cli/selftest/options.ts';
import { serveCommand } from '../../src/cli/serve/options.ts';
import { verifyCommand } from '../../src/cli/verify/options.ts';

const COMMANDS = [
  serveCommand,
  connectCommand,
  genCommand,
  verifyCommand,
  benchCommand,
  reportCommand,
  compareCommand,
  chaosCommand,
  selftestCommand,
  demoCommand,
].map((make) => {
  const command = make(async () => {});
  new Command('tidemark').addCommand(command);
  return { name: command.name(), command };
});

/** The whole help, as it is on a terminal of 100 columns. */
function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 100,
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
      .filter((line) => line.length > 100 && !line.startsWith('Exit:'));
    expect(long).toEqual([]);
  });

  test('says of every option what it does', () => {
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  });
});
