import { Command, Option } from 'commander';
import { ACCESS_LIMITS, MOST_WORKERS } from '../../server/options/access-limits.ts';
import { helpEnd, STOPPED } from '../option/help-end.ts';
import { addNatsOptions, NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';
import { groupOptions } from '../option/option-groups.ts';
import { basePath, durationMs, rate, wholeNumber, wholeNumberOrAuto } from '../option/option-values.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';
import {
  type AdminTokenFlags,
  addAdminTokenOptions,
  addTokenOptions,
  type TokenFlags,
} from '../option/token-option.ts';
import type { TlsFlags } from './tls-files.ts';

export interface ServeFlags extends TokenFlags, AdminTokenFlags, TlsFlags, SecretSeedFlags, NatsFlags {
  readonly nats?: string;
  readonly node?: string;
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly rate: number;
  readonly ping: number;
  readonly workers: number | 'auto';
  readonly encoders?: number;
  readonly chaos?: string;
  readonly basePath?: string;
  readonly allowPublic?: boolean;
  readonly allowOrigin?: string[];
  readonly maxClients: number;
  readonly maxClientsPerAddress: number;
  readonly receipts?: string;
  readonly json?: boolean;
}

/** @param run what happens */
export function serveCommand(run: (flags: ServeFlags) => Promise<void>): Command {
  const command = new Command('serve')
    .description('serve streams to any number of clients, and print all that they send')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8000)
    .option(
      '--base-path <path>',
      'path below which it answers, as /feeds: for a proxy that routes by path',
      basePath,
    )
    .addOption(secretSeedOption('of streams whose name has none').conflicts('seed'))
    .option('--seed <number>', 'seed of streams whose name has none', wholeNumber(0), 1)
    .option(
      '--rate <rate>',
      'messages a second for clients that ask for no rate: 10, 0.2, 5k, 1/10s, max',
      rate,
      10,
    )
    .addOption(
      new Option(
        '--ping <duration>',
        'ping interval; a client silent for two of them is lost; over HTTP, how long nothing is sent at most',
      )
        .argParser(durationMs)
        .default(15_000, '15s'),
    )
    .option(
      '--workers <n>',
      'processes that share the port: a number, or auto for as many as there are cores',
      wholeNumberOrAuto(1, MOST_WORKERS),
      1,
    )
    .option(
      '--encoders <number>',
      'threads that make messages ahead of fast clients of all workers together (default: one less than there are cores, at most 4)',
      wholeNumber(0, 64),
    )
    .option('--chaos <spec>', 'what goes wrong on purpose on every stream: see tidemark chaos --help')
    .option('--receipts <file>', 'append every message and receipt to a file, as NDJSON')
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
Clients choose the stream and its delivery in the URL:
  /users?seed=7&from=0&rate=10&count=1000&client=alice
  /arrays?dtype=float32&shape=16,16&dist=normal
  /bytes?size=1024&rate=max

The same over HTTP, on the same port, for curl, an EventSource or any other
client: what there is; a message a line, for ever; server-sent events; an array
  curl http://127.0.0.1:8000/streams
  curl -N 'http://127.0.0.1:8000/users?rate=10'
  curl -N -H 'Accept: text/event-stream' http://127.0.0.1:8000/users
  curl -H 'Accept: application/json' 'http://127.0.0.1:8000/users?count=5'
${helpEnd(
  [
    'tidemark serve --port 8000',
    'tidemark serve --workers auto',
    "tidemark serve --chaos 'cut=5s,seed=7' --receipts receipts.ndjson",
    'tidemark serve --host 0.0.0.0 --token-file token --tls-cert cert.pem --tls-key key.pem',
  ],
  { 0: STOPPED, 1: 'usage or I/O, as where the port is taken', 143: 'stopped, and nobody read its output' },
)}`,
    )
    .action(async (flags: ServeFlags, command: Command) => {
      if ((flags.tlsCert === undefined) !== (flags.tlsKey === undefined))
        command.error('--tls-cert and --tls-key go together: give both');
      const ofNode = ['--node', ...NATS_FLAGS].find(
        (flag) => command.getOptionValue(attributeOf(flag)) !== undefined,
      );
      if (flags.nats === undefined && ofNode !== undefined)
        command.error(`${ofNode} is of one of several nodes: give --nats, too`);
      await run(flags);
    });
  addAdminTokenOptions(addTokenOptions(command, 'access token that every client must bring'))
    .option('--tls-cert <file>', 'certificate in PEM, for wss://; read again on SIGHUP')
    .option('--tls-key <file>', 'its private key in PEM')
    .addOption(
      new RepeatableOption(
        '--allow-origin <origin>',
        'let pages of this origin connect, as https://example.org; can be repeated',
      ).argParser((origin: string, before: string[] = []) => [...before, origin]),
    )
    .option(
      '--max-clients <n>',
      'clients that may be connected at a time',
      wholeNumber(1),
      ACCESS_LIMITS.clients,
    )
    .option(
      '--max-clients-per-address <n>',
      'the same, from one address',
      wholeNumber(1),
      ACCESS_LIMITS.clientsPerAddress,
    )
    .option(
      '--nats <addresses>',
      'serve as one of several nodes, which share clients by way of NATS: nats://a,nats://b,nats://c',
    )
    .option('--node <name>', 'name of this node (default: of this host)')
    .option('--allow-public', 'listen without a token on an address that is not loopback, too');
  addNatsOptions(command);
  groupOptions(command, {
    Cluster: ['--nats', '--node', ...NATS_FLAGS],
    Output: ['--receipts', '--json'],
    Access: [
      ...['--token', '--token-file', '--admin-token', '--admin-token-file', '--tls-cert', '--tls-key'],
      ...['--allow-origin', '--max-clients', '--max-clients-per-address', '--allow-public'],
    ],
  });
  return addOlderSpelling(command, '--insecure', '--allow-public');
}

/** By what commander knows a flag: `--nats-creds` is `natsCreds`. */
function attributeOf(flag: string): string {
  return flag.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
