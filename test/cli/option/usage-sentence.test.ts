import { Argument, Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { addOlderSpelling } from '../../../src/cli/option/older-spelling.ts';
import { rate, wholeNumber } from '../../../src/cli/option/option-values.ts';
import { speakPlainly } from '../../../src/cli/option/usage-sentence.ts';

test.each([
  [['connect', '--count', '\u001b[2J'], "tidemark: unknown option '--count'\n"],
  [['connect', 'ws://u:s3cret@host', 'two'], 'tidemark: too many arguments'],
  [['ws://u:s3cret@host'], "tidemark: unknown command 'ws://…@host': the commands are connect, say, send\n"],
  [['\u001b[2J'], "tidemark: unknown command '\\u001b[2J': the commands are connect, say, send\n"],
  [['x\nPROVED'], "tidemark: unknown command 'x\\u000aPROVED': the commands are connect, say, send\n"],
  [['connect', '--blok', '1'], "tidemark: unknown option '--blok' (Did you mean --block-size?)\n"],
  [['connect', '--blokc'], "tidemark: unknown option '--blokc' (Did you mean --block-size?)\n"],
  [['connect', '--bloks'], "tidemark: unknown option '--bloks' (Did you mean --blocks?)\n"],
  [['connect', '--ordre=any'], "tidemark: unknown option '--ordre=any' (Did you mean --order?)\n"],
  [['connect', '--quiet=yes'], 'tidemark: --quiet takes no value, got "yes"\n'],
  [['connect', '-b', '\n'], 'tidemark: --blocks must be a whole number of at least 1, got "\\n"\n'],
  [['connect', '--order', 'no'], 'tidemark: --order must be one of any, sequential, got "no"\n'],
  [['connect', '--rate', '0'], 'tidemark: --rate must be messages a second such as 10'],
  [['connect', '--block-size'], 'tidemark: --block-size needs a value: --block-size <n>\n'],
  [
    ['--to', 'x', 'send'],
    "tidemark: unknown option '--to': it goes after a command, as in tidemark send --to\n",
  ],
  [['send'], 'tidemark: --to is needed: --to <url>\n'],
  [['say', 'no'], 'tidemark: word must be one of yes, perhaps, got "no"\n'],
  [['conect'], "tidemark: unknown command 'conect' (Did you mean connect?)\n"],
])('called with %j, the command says so in the one voice', (args, sentence) => {
  let told = '';
  const connect = new Command('connect')
    .argument('[url]')
    .option('-b, --blocks <n>', 'how many', wholeNumber(1))
    .option('--rate <rate>', 'how fast', rate)
    .option('--block-size <n>', 'how large', wholeNumber(1))
    .option('--quiet', 'say less')
    .addOption(new Option('--order <order>', 'which').choices(['any', 'sequential']));
  addOlderSpelling(connect, '--block', '--block-size');
  const say = new Command('say').addArgument(new Argument('<word>', 'what').choices(['yes', 'perhaps']));
  const send = new Command('send').requiredOption('--to <url>', 'where');
  const program = new Command('tidemark').addCommand(connect).addCommand(say).addCommand(send);
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
