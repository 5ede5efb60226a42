import { Command, Option } from 'commander';
import { isNatsAddress } from '../../carriage/nats/nats-address.ts';
import { CLIENT_DEFAULTS } from '../../client/run/defaults.ts';
import { LIMITS } from '../../session/limits.ts';
import { redactedUrl } from '../../wording/secrets.ts';
import { helpEnd } from '../option/help-end.ts';
import { addNatsOptions, NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';
import { withOption } from '../option/option-file.ts';
import { groupOptions } from '../option/option-groups.ts';
import { clientName, durationMs, profile, rate, wholeNumber } from '../option/option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';
import { addTokenOptions, type TokenFlags } from '../option/token-option.ts';
import { displaces } from '../settings/displacement.ts';
import { withUrlFirst } from '../settings/url-first.ts';

/** The options of `tidemark connect`, as parsed. */
export interface ConnectFlags extends TokenFlags, SecretSeedFlags, NatsFlags {
  readonly blockSize?: number;
  readonly client?: string;
  readonly count?: number;
  readonly blocks?: number;
  readonly clients: number;
  readonly stream?: string;
  readonly rate?: number;
  readonly profile?: string;
  readonly from?: string;
  readonly log?: string;
  readonly resume?: boolean;
  readonly fsync: 'block' | 'none';
  readonly ping: number;
  readonly giveUp?: number;
  readonly idleTimeout?: number;
  readonly duration?: number;
  readonly once?: boolean;
  readonly wait?: boolean;
  readonly plain?: boolean;
  readonly as?: 'events' | 'lines';
  readonly listenOnly?: boolean;
  readonly verify?: 'server' | 'local';
  readonly ignoreForeign?: boolean;
  readonly requireProof?: boolean;
  readonly timing?: boolean;
  readonly ca?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const MAXIMUM_CLIENTS = 10_000;

/** @param run what happens */
export function connectCommand(
  run: (urls: readonly string[], flags: ConnectFlags) => Promise<void>,
): Command {
  const command = new Command('connect')
    .description(
      'take a stream in blocks, time and log each block, report it, and come back after any outage',
    )
    .argument(
      '[url...]',
      `ws://, wss://, http:// or https:// address with the stream as its path, or nats:// with a subject (default: "${CLIENT_DEFAULTS.url}"); several servers of one stream are dialled in turn`,
    )
    .option(
      '--block-size <n>',
      `messages a block (default: ${CLIENT_DEFAULTS.block})`,
      wholeNumber(1, LIMITS.blockMessages),
    )
    .option('--client <name>', 'name of the client (default: a made-up one)', clientName)
    .option('-n, --count <n>', 'end after n messages', wholeNumber(0))
    .option('--blocks <n>', 'end after n blocks', wholeNumber(0))
    .option(
      '-c, --clients <n>',
      'run n independent clients, name-1 to name-n',
      wholeNumber(1, MAXIMUM_CLIENTS),
      1,
    )
    .option(
      '--stream <stream>',
      "stream, below a URL that names none, as 'arrays?shape=16,16'; with --plain what is to come from it",
    )
    .option('--rate <rate>', 'messages a second: 10, 0.2, 5k, 1/10s, max', rate)
    .option(
      '--profile <form>',
      'spread of messages over time: constant, jitter, jitter:0.5, burst:100, ramp:10-1k/60s, sine:0.5/60s',
      profile,
    )
    .option(
      '--from <seq>',
      'first seq, or live; with --plain and --verify local the seq that a relay is due to begin with',
    )
    .option('--log <file>', 'log blocks with every message to a file, as NDJSON')
    .option('--resume', 'go on with the run in the log')
    .addOption(
      new Option(
        '--fsync <when>',
        'block sends a receipt only when its line of the log is synced to the disk',
      )
        .choices(['block', 'none'])
        .default('none'),
    )
    .addOption(
      new Option(
        '--ping <duration>',
        'ping interval over WebSocket; a server silent for two of them is given up, over HTTP for two of its own',
      )
        .argParser(durationMs)
        .default(CLIENT_DEFAULTS.heartbeatMs, '15s'),
    )
    .addOption(
      new Option(
        '--give-up <duration>',
        'end the run when there has been no connection for so long',
      ).argParser(durationMs),
    )
    .addOption(
      new Option(
        '--idle-timeout <duration>',
        'end the run as stalled when no message has come for so long while connected (default: never)',
      ).argParser(durationMs),
    )
    .addOption(
      new Option(
        '--duration <duration>',
        'end the run after so long; a count must have come by then',
      ).argParser(durationMs),
    )
    .option(
      '--once',
      "one connection: end with it, or when it can't be opened (unless --wait); without it the client comes back, unless a plain server closes as one that has sent all (1000)",
    )
    .option(
      '--wait',
      'try again too when the first attempt fails by the host name, by ws:// for wss://, or with --once',
    )
    .addOption(
      new Option(
        '--as <form>',
        'over http:// and https://: take messages as server-sent events, or as NDJSON lines (default: "events")',
      ).choices(['events', 'lines']),
    )
    .option(
      '--plain',
      'dial the URL as it is, read nothing from its query, and offer no subprotocol: for any WebSocket server, and any of server-sent events or lines',
    )
    .option(
      '--listen-only',
      'send nothing to a server that is not Tidemark, not even a sentence for each block',
    )
    .addOption(
      new Option(
        '--verify <who>',
        'local compares every message with its own, and trusts no server; with --plain and --stream, where it is the default, it proves what came through a relay (default: "server")',
      ).choices(['server', 'local']),
    )
    .option('--ignore-foreign', 'with --verify local: messages that are none of the stream are no fault')
    .option(
      '--require-proof',
      'exit with 2 when the run ends unproved, or when nobody knows whether the tail is missing',
    )
    .addOption(secretSeedOption("the server's, with --verify local"))
    .option('--timing', 'tell how late each block came, and how well the two clocks are known')
    .option('-q, --quiet', 'show the verdict alone')
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      helpEnd(
        [
          "tidemark connect 'ws://127.0.0.1:8000/users?seed=7' -n 100",
          'tidemark connect ws://127.0.0.1:8000/users --log run.ndjson',
          "tidemark connect 'http://127.0.0.1:8000/users?seed=7' -n 100",
          'tidemark connect ws://a:8000/users ws://b:8000/users -n 100',
          'tidemark connect --log run.ndjson --resume',
          'tidemark connect nats://127.0.0.1:4222/feed.users -n 1000',
          "tidemark connect ws://relay/feed --plain --stream 'users?seed=7' -n 1000",
          'tidemark connect https://example.com/events --plain',
        ],
        {
          0: 'proved (or unproved, by a server that gives no proof)',
          1: 'usage or I/O',
          2: 'what came is not what was sent, or not proved (--require-proof)',
          130: 'interrupted by Ctrl-C; the last line but one says how to go on',
          143: 'the same, by SIGTERM or SIGHUP',
        },
      ),
    )
    .action(async (urls: readonly string[], given: ConnectFlags, command: Command) => {
      const [url = ''] = urls; // all of them have to ask for the same
      // What NATS delivers comes from nobody who speaks Tidemark.
      const flags = isNatsAddress(url)
        ? { verify: 'local' as const, ...given, plain: true }
        : given.plain
          ? given
          : withUrlFirst(url, given);
      refuseContradictions(urls, flags, command);
      await run(urls, flags).catch((error: unknown) => {
        throw withOption(error, '--log', flags.log);
      });
    });
  addNatsOptions(addTokenOptions(command, 'access token for the server')).option(
    '--ca <file>',
    "certificates in PEM that a wss:// or https:// server is trusted by, in place of the system's",
  );
  displaces(command, 'count', ['blocks']);
  displaces(command, 'blocks', ['count']);
  displaces(command, 'resume', ['stream', 'rate', 'profile', 'from']);
  displaces(command, 'plain', ['rate', 'profile']);
  groupOptions(command, {
    'When it ends': [
      ...['--count', '--blocks', '--duration', '--give-up', '--idle-timeout', '--once', '--wait'],
    ],
    Log: ['--log', '--resume', '--fsync'],
    Connection: ['--ping', '--as', '--plain', '--listen-only', '--token', '--token-file', '--ca'],
    Proof: ['--verify', '--ignore-foreign', '--require-proof', '--secret-seed-file'],
    NATS: [...NATS_FLAGS],
    Output: ['--timing', '--quiet', '--json'],
  });
  return addOlderSpelling(command, '--block', '--block-size');
}

function refuseContradictions(urls: readonly string[], flags: ConnectFlags, command: Command): void {
  const { blocks, count, resume, log, clients, client, stream, plain } = flags;
  const local = (flags.verify ?? (plain && stream !== undefined ? 'local' : 'server')) === 'local';
  const delivery = stream ?? flags.rate ?? flags.profile ?? flags.from;
  const refuse = (message: string) => command.error(message);
  for (const url of urls)
    if (!isNatsAddress(url) && !URL.canParse(url))
      refuse(`URL must be an address such as ${CLIENT_DEFAULTS.url}, got "${redactedUrl(url)}"`);
  const end = count === undefined ? '--blocks' : '--count';
  if (
    !plain &&
    (count ?? blocks) !== undefined &&
    urls.some((url) => new URL(url).searchParams.has('count'))
  ) {
    refuse(`the count is given twice, by ${end} and in the URL: give it once`);
  }
  if (blocks !== undefined && count !== undefined)
    refuse('--count and --blocks both say when to end: give one');
  if (plain && flags.timing) refuse('--timing needs a Tidemark server: leave it out with --plain');
  if (flags.ignoreForeign && !local && !resume) refuse('--ignore-foreign is for --verify local: add it');
  if (flags.secretSeedFile !== undefined && !local && !resume)
    refuse('--secret-seed-file is for --verify local: add it');
  if (resume && log === undefined) refuse('--resume goes on from a log: name it by --log');
  if (flags.fsync === 'block' && log === undefined) refuse('--fsync syncs a log: name it by --log');
  if (resume && clients > 1 && client === undefined)
    refuse('--resume of several clients needs their --client name');
  const checked = plain && (local || resume);
  const notDialled = flags.rate ?? flags.profile ?? (checked ? undefined : (stream ?? flags.from));
  if (resume && (plain ? notDialled : delivery) !== undefined) {
    refuse('--resume goes on with the stream in the log: leave --stream, --rate, --profile and --from out');
  }
  if (plain && notDialled !== undefined) {
    refuse('--plain dials the URL as it is: leave --stream, --rate, --profile and --from out');
  }
  if (checked && flags.from !== undefined && !/^\d{1,16}$/.test(flags.from))
    refuse(`--from must be the seq that a plain run is due to begin with, got "${flags.from}"`);
}
