import { Command } from 'commander';
import { wholeNumber } from './option-values.ts';

export interface DemoFlags {
  readonly port: number;
  readonly kill: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('the main job in one command: a server and three clients, until Ctrl-C')
    .option('--port <number>', 'port of the server; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--no-kill', "don't kill the server now and then to show how the clients go on")
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('./run-demo.ts');
      await runDemo(flags);
    });
}
