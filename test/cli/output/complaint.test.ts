import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { rate, wholeNumber } from '../../../src/cli/option/option-values.ts';
import { complaint, speakPlainly } from '../../../src/cli/output/complaint.ts';

test.each([
  ['no such thing', 'tidemark: no such thing\n'],
  ['unknown ws://user:s3cret@host/a', 'tidemark: unknown ws://…@host/a\n'],
  ['said \u001b[2J\u001b[31mPROVED\r', 'tidemark: said \\u001b[2J\\u001b[31mPROVED\\u000d\n'],
  ['said no\nPROVED all cells', 'tidemark: said no\\u000aPROVED all cells\n'],
])('%j is told as %j', (text, told) => {
  expect(complaint(text)).toBe(told);
});

test('a defect shows where it is', () => {
  expect(complaint('a\ndefect', ['    at here'])).toBe('tidemark: a\\u000adefect\n    at here\n');
});

test.each([
  [['connect', '--count', '\u001b[2J'], "tidemark: unknown option '--count'\n"],
  [['connect', 'ws://u:s3cret@host', 'two'], 'tidemark: too many arguments'],
  [['ws://u:s3cret@host'], "tidemark: unknown command 'ws://…@host': the commands are connect\n"],
  [['\u001b[2J'], "tidemark: unknown command '\\u001b[2J': the commands are connect\n"],
  [['x\nPROVED'], "tidemark: unknown command 'x\\u000aPROVED': the commands are connect\n"],
  [['connect', '-b', '\n'], 'tidemark: --blocks must be a whole number of at least 1, got "\\n"\n'],
  [['connect', '--order', 'no'], 'tidemark: --order must be one of any, sequential, got "no"\n'],
  [['connect', '--rate', '0'], 'tidemark: --rate must be messages a second such as 10'],
  [['conect'], "tidemark: unknown command 'conect' (Did you mean connect?)\n"],
])('called with %j, the command says so in the one voice', (args, sentence) => {
  let told = '';
  const connect = new Command('connect')
    .argument('[url]')
    .option('-b, --blocks <n>', 'how many', wholeNumber(1))
    .option('--rate <rate>', 'how fast', rate)
    .addOption(new Option('--order <order>', 'which').choices(['any', 'sequential']));
  const program = new Command('tidemark').addCommand(connect);
  speakPlainly(program);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeErr: (text) => {
        told += text;
      },
    });
  }
  expect(() => program.parse(args, { from: 'user' })).toThrow();
  expect(told).toContain(sentence);
  expect(told).toMatch(/^tidemark: /);
});
