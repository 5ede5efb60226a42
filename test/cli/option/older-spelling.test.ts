import { Command } from 'commander';
import { afterEach, expect, test, vi } from 'vitest';
import { addOlderSpelling } from '../../../src/cli/option/older-spelling.ts';
import { wholeNumber } from '../../../src/cli/option/option-values.ts';

afterEach(() => vi.restoreAllMocks());

function parsed(...args: string[]) {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const command = new Command('serve')
    .exitOverride()
    .option('--allow-public', 'everywhere')
    .option('--block-size <n>', 'messages a block', wholeNumber(1));
  addOlderSpelling(command, '--insecure', '--allow-public');
  addOlderSpelling(command, '--block', '--block-size');
  const failure = (() => {
    try {
      command.parse(args, { from: 'user' });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  })();
  return {
    flags: command.opts(),
    told: told.mock.calls.map(([text]) => String(text)),
    help: command.helpInformation(),
    failure,
  };
}

test('an option by its older name does what it did, and is warned of', () => {
  const { flags, told, help } = parsed('--insecure', '--block', '2k');
  expect(flags).toMatchObject({ allowPublic: true, blockSize: 2000 });
  expect(told).toEqual([
    'tidemark: --insecure is called --allow-public now\n',
    'tidemark: --block is called --block-size now\n',
  ]);
  expect(help).not.toMatch(/--insecure|--block </);
});

test('by its own name nothing is warned of', () => {
  const { flags, told } = parsed('--allow-public', '--block-size', '7');
  expect(flags).toEqual({ allowPublic: true, blockSize: 7 });
  expect(told).toEqual([]);
});

test('what it can not be is told as of the newer name', () => {
  expect(parsed('--block', 'x').failure).toContain("option '--block-size <n>' argument 'x' is invalid");
});
