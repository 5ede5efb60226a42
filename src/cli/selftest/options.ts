import { Command, Option } from 'commander';
import { OVER, type Over } from '../../selftest/observation.ts';
import { helpEnd } from '../option/help-end.ts';

export interface SelftestFlags {
  readonly over?: Over;
  readonly json?: boolean;
}

/** @param run what happens */
export function selftestCommand(run: (flags: SelftestFlags) => Promise<void>): Command {
  return new Command('selftest')
    .description('plant every fault between a server and a client, and see that each is told as what it is')
    .addOption(new Option('--over <carriage>', 'over this alone, in place of all three').choices([...OVER]))
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      helpEnd(['tidemark selftest', 'tidemark selftest --over events --json'], {
        0: 'each was told as what it is, and a run without a fault told of none',
        1: 'I/O',
        2: 'one was not',
      }),
    )
    .action((flags: SelftestFlags) => run(flags));
}
