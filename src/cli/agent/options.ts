import { Command, Option } from 'commander';
import { helpEnd, STOPPED } from '../option/help-end.ts';
import { addNatsOptions, NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { groupOptions } from '../option/option-groups.ts';
import { wholeNumber } from '../option/option-values.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';

/** The options of `tidemark agent`, as parsed. */
export interface AgentFlags extends NatsFlags {
  readonly nats: string;
  readonly name?: string;
  readonly processes?: number;
  readonly allowTarget?: string[];
  readonly json?: boolean;
}

/** @param run what happens */
export function agentCommand(run: (flags: AgentFlags) => Promise<void>): Command {
  const command = new Command('agent')
    .description('run clients for the benches that ask for agents over NATS, one bench at a time')
    .requiredOption('--nats <url>', 'servers of NATS, as nats://a:4222,b:4222')
    .option('--name <name>', "what benches call it (default: this machine's name)")
    .option(
      '--processes <n>',
      'processes that it runs clients in (default: one for each core)',
      wholeNumber(1, 1024),
    )
    .addOption(
      new RepeatableOption(
        '--allow-target <host>',
        'server that benches may send its clients to, as in feed.example.org, 10.0.0.5:8000 or * for any; can be repeated (default: one on this machine)',
      ).argParser((text: string, before: string[] = []) => [...before, text]),
    )
    .addOption(new Option('--json', 'events as NDJSON on stdout, text on stderr'))
    .addHelpText(
      'after',
      `
An agent has no port and no user: whoever may publish on NATS below
tidemark.agents can use it. Its clients go where a bench says, but only to what
--allow-target names, and never anywhere else.
${helpEnd(
  [
    'tidemark agent --nats nats://nats.example.org --allow-target feed.example.org',
    'tidemark bench wss://feed.example.org --agents 3 --nats nats://nats.example.org',
  ],
  { 0: STOPPED, 1: 'usage or I/O' },
)}`,
    )
    .action((flags: AgentFlags) => run(flags));
  addNatsOptions(command);
  groupOptions(command, { NATS: ['--nats', ...NATS_FLAGS] });
  return command;
}
