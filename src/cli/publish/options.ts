import { Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import { addNatsOptions, NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { groupOptions } from '../option/option-groups.ts';
import { durationMs, profile, rate, wholeNumber } from '../option/option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';

export interface PublishFlags extends NatsFlags, SecretSeedFlags {
  readonly to: string;
  readonly from: number;
  readonly count?: number;
  readonly rate?: number;
  readonly profile?: string;
  readonly createStream?: string;
  readonly replicas?: number;
  readonly giveUp?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const MOST_REPLICAS = 5;

/** @param run what happens */
export function publishCommand(run: (stream: string, flags: PublishFlags) => Promise<void>): Command {
  const command = new Command('publish')
    .description('put a stream into NATS JetStream, each message once, and go on from where that has come to')
    .argument('<stream>', "the stream's name, as in 'users?seed=7' or 'arrays?shape=16,16'")
    .requiredOption(
      '--to <address>',
      'subject, behind the servers: nats://127.0.0.1:4222/feed.users, nats://a,b,c/feed.users',
    )
    .option('--from <seq>', 'first seq, where the subject has no message yet', wholeNumber(0), 0)
    .option(
      '-n, --count <n>',
      'end when the subject has n messages, those included that it has already',
      wholeNumber(0),
    )
    .option('--rate <rate>', 'messages a second: 10, 0.2, 5k, 1/10s, max (default: 10)', rate)
    .option(
      '--profile <form>',
      'spread of messages over time: constant, jitter, jitter:0.5, burst:100, ramp:10-1k/60s, sine:0.5/60s',
      profile,
    )
    .option('--create-stream <name>', 'make a JetStream stream of this name if none takes the subject')
    .option(
      '--replicas <n>',
      'servers that are to hold the stream that is made (default: 1)',
      wholeNumber(1, MOST_REPLICAS),
    )
    .option(
      '--give-up <duration>',
      'end when nothing has been acknowledged for so long (default: never)',
      durationMs,
    )
    .addOption(secretSeedOption('the seed, unless the name has another'))
    .option('-q, --quiet', 'show the verdict alone')
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
Needs three packages besides: npm install @nats-io/transport-node@3.3.1
@nats-io/jetstream@3.3.1 @nats-io/kv@3.3.1
${helpEnd(
  [
    "tidemark publish 'users?seed=7' --to nats://127.0.0.1:4222/feed.users --create-stream FEED -n 1000",
    "tidemark publish 'users?seed=7' --to nats://a,b,c/feed.users --rate 1k",
    "tidemark connect 'nats://127.0.0.1:4222/feed.users' -n 1000",
  ],
  {
    0: 'JetStream has acknowledged every message',
    1: 'usage or I/O, or it was refused: by JetStream, or since another publishes there',
    130: 'interrupted by Ctrl-C; the same command goes on',
    143: 'the same, by SIGTERM or SIGHUP',
  },
)}`,
    )
    .action((stream: string, flags: PublishFlags, self: Command) => {
      if (flags.replicas !== undefined && flags.createStream === undefined)
        self.error('--replicas is for a stream that is made: name it by --create-stream');
      return run(stream, flags);
    });
  addNatsOptions(command);
  groupOptions(command, {
    NATS: ['--create-stream', '--replicas', ...NATS_FLAGS],
    Output: ['--quiet', '--json'],
  });
  return command;
}
