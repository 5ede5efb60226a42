import { Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import { wholeNumber } from '../option/option-values.ts';

export interface DemoFlags {
  readonly port: number;
  readonly kill: boolean;
}

/** @param run what happens */
export function demoCommand(run: (flags: DemoFlags) => Promise<void>): Command {
  return new Command('demo')
    .description('the main job in one command: a server and three clients, until Ctrl-C')
    .option('--port <number>', 'port of the server; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--no-kill', "don't kill the server now and then to show how the clients go on")
    .addHelpText(
      'after',
      helpEnd(['tidemark demo', 'tidemark demo --port 8000 --no-kill'], {
        1: 'usage or I/O',
        2: 'what came is not what was sent',
        130: 'ended by Ctrl-C',
        143: 'ended by SIGTERM or SIGHUP',
      }),
    )
    .action((flags: DemoFlags) => run(flags));
}
