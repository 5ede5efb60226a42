import { Argument, Command, Option } from 'commander';
import { wholeNumber } from './option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from './secret-seed-option.ts';

export interface VerifyFlags extends SecretSeedFlags {
  readonly from?: number;
  readonly count?: number;
  readonly equal: 'bytes' | 'json';
  readonly order: 'sequential' | 'any';
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('check a capture, from any relay, against the stream that it should be of')
    .argument('<stream>', "the stream's name, as in 'users?seed=7'")
    .addArgument(
      new Argument('[file]', 'NDJSON, one message a line, or a block log; - is stdin').default('-'),
    )
    .option(
      '--from <seq>',
      'the first seq that was due (default: what a block log says, else 0)',
      wholeNumber(0),
    )
    .option(
      '--count <number>',
      'how many messages were due (default: what a block log says, else as far as the capture goes)',
      wholeNumber(0),
    )
    .addOption(
      new Option(
        '--equal <what>',
        'json takes messages that were written anew: other spacing, order of keys, numbers',
      )
        .choices(['bytes', 'json'])
        .default('bytes'),
    )
    .addOption(
      new Option('--order <which>', 'any tells of messages out of order, and does not count them as a fault')
        .choices(['sequential', 'any'])
        .default('sequential'),
    )
    .addOption(secretSeedOption('the seed, unless the name has another'))
    .option('--json', 'findings as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
Lines may end with LF or CRLF; a byte order mark at the start is left out.
Exits with 0 if all that was due is there, once, right and in order; with 2 if not.`,
    )
    .action(async (stream: string, file: string, flags: VerifyFlags) => {
      const { runVerify } = await import('./run-verify.ts');
      await runVerify(stream, file, flags);
    });
}
