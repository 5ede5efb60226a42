import { Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';
import { wholeNumber } from '../option/option-values.ts';

export interface DemoFlags {
  readonly port: number;
  readonly crash: boolean;
}

/** @param run what happens */
export function demoCommand(run: (flags: DemoFlags) => Promise<void>): Command {
  const command = new Command('demo')
    .description(
      'the main job in one command: a server with its page, three clients and one that misbehaves, until Ctrl-C',
    )
    .option('--port <number>', 'port of the server; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--no-crash', "don't kill the server now and then to show how the clients go on")
    .addHelpText(
      'after',
      helpEnd(['tidemark demo', 'tidemark demo --port 8000 --no-crash'], {
        1: 'usage or I/O',
        2: 'what came is not what was sent, or what was made wrong on purpose was not caught',
        130: 'ended by Ctrl-C',
        143: 'ended by SIGTERM or SIGHUP',
      }),
    )
    .action((flags: DemoFlags) => run(flags));
  return addOlderSpelling(command, '--no-kill', '--no-crash');
}
