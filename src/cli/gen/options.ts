import { Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import { wholeNumber } from '../option/option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';

export interface GenFlags extends SecretSeedFlags {
  readonly from: number;
  readonly count?: number;
}

/** @param run what happens */
export function genCommand(run: (stream: string, flags: GenFlags) => Promise<void>): Command {
  return new Command('gen')
    .description('write the messages of a stream to stdout, one a line, without any network')
    .argument('<stream>', "the stream's name, as in 'users?seed=7' or 'arrays?shape=16,16'")
    .option('--from <seq>', 'first seq', wholeNumber(0), 0)
    .option('-n, --count <number>', 'how many messages; without it, on and on', wholeNumber(0))
    .addOption(secretSeedOption('the seed, unless the name has another'))
    .addHelpText(
      'after',
      `
Binary messages (encoding=npy) are written as they are, with nothing in between.
${helpEnd(
  [
    "tidemark gen 'users?seed=7' -n 1000 > sent.ndjson",
    "tidemark gen 'arrays?shape=16,16&dist=normal' --from 500 -n 1",
    'tidemark gen users | head -3',
  ],
  { 0: 'all written, or the reader had enough', 1: 'usage or I/O' },
)}`,
    )
    .action((stream: string, flags: GenFlags) => run(stream, flags));
}
