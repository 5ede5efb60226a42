import { Argument, Command, Option } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import { wholeNumber } from '../option/option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';
import { withUrlFirst } from '../settings/url-first.ts';

export interface VerifyFlags extends SecretSeedFlags {
  readonly from?: number;
  readonly count?: number;
  readonly equal: 'bytes' | 'json';
  readonly order: 'sequential' | 'any';
  readonly repeats: 'refuse' | 'allow';
  readonly json?: boolean;
}

/** @param run what happens */
export function verifyCommand(
  run: (stream: string, file: string, flags: VerifyFlags) => Promise<void>,
): Command {
  return new Command('verify')
    .description('check a capture, from any relay, against the stream that it should be of')
    .argument('<stream>', "the stream's name, as in 'users?seed=7', or the URL it was asked for by")
    .addArgument(
      new Argument(
        '[file]',
        'NDJSON, one message a line, a block log, or .npy messages; in gzip or not; - is stdin',
      ).default('-'),
    )
    .option(
      '--from <seq>',
      'the first seq that was due (default: what a block log says, else 0)',
      wholeNumber(0),
    )
    .option(
      '-n, --count <number>',
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
    .addOption(
      new Option(
        '--repeats <which>',
        'allow tells of messages that come twice, as a broker that delivers at least once may send them, and does not count them as a fault',
      )
        .choices(['refuse', 'allow'])
        .default('refuse'),
    )
    .addOption(secretSeedOption('the seed, unless the name has another'))
    .option('--json', 'findings as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
Lines may end with LF or CRLF; a byte order mark is left out. From and count of
a URL hold unless options say otherwise. Without a count the proof goes as far
as the capture: a missing tail is not looked for.

A form that is not read, as an array, UTF-16, or a prefix before each message,
is named.
${helpEnd(
  [
    "tidemark verify 'users?seed=7' capture.ndjson -n 1000",
    "tidemark verify 'ws://127.0.0.1:8000/users?seed=7&count=1000' run.ndjson",
    "zstd -dc capture.zst | tidemark verify 'users?seed=7' --order any --repeats allow",
  ],
  {
    0: 'all that was due is there, once, right and in order',
    1: 'usage or I/O, or a capture in a form that is not read',
    2: 'something is lost, repeated, out of order, corrupt or foreign',
  },
)}`,
    )
    .action((stream: string, file: string, flags: VerifyFlags) =>
      run(stream, file, withUrlFirst(stream, flags)),
    );
}
