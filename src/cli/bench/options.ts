import { Command, Option } from 'commander';
import { BENCH_DEFAULTS } from '../../bench/defaults.ts';
import { RUN_LIMITS } from '../../run-file/record/run-limits.ts';
import { LIMITS } from '../../session/limits.ts';
import { helpEnd } from '../option/help-end.ts';
import { METRIC_HELP } from '../option/metric-help.ts';
import { addNatsOptions, NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';
import { withOption } from '../option/option-file.ts';
import { groupOptions } from '../option/option-groups.ts';
import { badValue, durationUpTo, listOf, rate, wholeNumber } from '../option/option-values.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';
import { addTokenOptions, type TokenFlags } from '../option/token-option.ts';
import { flagOfAttribute } from '../output/flag.ts';
import { displaces } from '../settings/displacement.ts';

/** The options of `tidemark bench`, as parsed. */
export interface BenchFlags extends TokenFlags, NatsFlags {
  readonly plain?: boolean;
  readonly blockSizes?: number[];
  readonly clients?: number[];
  readonly streams?: string[];
  readonly rates?: number[];
  readonly repeat?: number;
  readonly duration?: number;
  readonly count?: number;
  readonly omit?: number;
  readonly seed?: number;
  readonly sample?: number;
  readonly clientProcesses?: number;
  readonly agents?: number;
  readonly agentsTimeout?: number;
  readonly nats?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly report?: string;
  readonly title?: string;
  readonly tag?: Record<string, string>;
  readonly thresholds?: string;
  readonly ca?: string;
  readonly json?: boolean;
}

/** @param run what happens */
export function benchCommand(run: (url: string | undefined, flags: BenchFlags) => Promise<void>): Command {
  const { blocks, clients, stream, repeat, omit, seed, sample } = BENCH_DEFAULTS;
  const command = new Command('bench')
    .description('measure how block time moves with block size and number of clients')
    .argument('[url]', 'ws:// or wss:// address of a server (default: one that it starts itself)')
    .option(
      '--block-sizes <list>',
      `block sizes, in messages (default: ${blocks.join(',')})`,
      listOf(wholeNumber(1, LIMITS.blockMessages)),
    )
    .option(
      '-c, --clients <list>',
      `numbers of clients (default: ${clients.join(',')})`,
      listOf(wholeNumber(1, RUN_LIMITS.clients)),
    )
    .option('--streams <streams>', `streams, as in users,arrays?shape=16,16 (default: ${stream})`, streamList)
    .option(
      '--rates <list>',
      'messages a second to each client, as in 10,5k,max (default: max)',
      listOf(rate),
    )
    .option(
      '--repeat <n>',
      `how often each cell is measured (default: ${repeat})`,
      wholeNumber(1, RUN_LIMITS.repeats),
    )
    .addOption(
      new Option(
        '--duration <duration>',
        'how long each is measured; a paced one lasts for three blocks at least (default: 1s)',
      ).argParser(durationUpTo('24h')),
    )
    .option('-n, --count <n>', 'messages of each client in a cell, in place of a duration', wholeNumber(1))
    .option('--omit <n>', `blocks of warm-up that each client leaves out (default: ${omit})`, wholeNumber(0))
    .option('--seed <n>', `seed of the order of the cells (default: ${seed})`, wholeNumber(0))
    .option(
      '--sample <n>',
      `blocks of a measurement that are kept one by one; all are in a histogram (default: ${sample})`,
      wholeNumber(1, 1_000_000),
    )
    .option(
      '--client-processes <n>',
      'processes that the clients are spread over (default: one less than there are cores)',
      wholeNumber(1, 64),
    )
    .option(
      '--agents <n>',
      'agents on other machines that the clients are spread over (tidemark agent), in place of processes here',
      wholeNumber(1, 1000),
    )
    .addOption(
      new Option('--agents-timeout <duration>', 'how long they have to come (default: 30s)').argParser(
        durationUpTo('24h'),
      ),
    )
    .option('--nats <url>', 'servers of NATS that agents are found by, as nats://a:4222,b:4222')
    .option(
      '--plain',
      "dial the URL as it is, of a server that is not Tidemark's: nothing it sends is proved",
    )
    .option('--out <file>', 'raw run file to write, as NDJSON (default: tidemark-<time>.ndjson)')
    .option('--resume <file>', 'go on with an interrupted run, with the settings in its file')
    .option('--report <file>', 'write the HTML report, too')
    .option('--title <text>', 'title of the run')
    .addOption(
      new RepeatableOption('--tag <key=value>', 'a fact to keep with the run; can be repeated').argParser(
        tag,
      ),
    )
    .option('--thresholds <list>', "what every cell must keep, as in 'p99_block_ms<50,proved'")
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
${METRIC_HELP}
${helpEnd(
  [
    'tidemark bench --block-sizes 1,20,100 --clients 1,5 --out run.ndjson --report run.html',
    "tidemark bench ws://127.0.0.1:8000 --rates 1k,max --thresholds 'p99_block_ms<50,proved'",
    'tidemark bench --resume run.ndjson',
    'tidemark bench wss://feed.example.org --agents 3 --nats nats://nats.example.org',
  ],
  {
    0: 'all measured, valid and proved (with --plain: valid; nothing is proved)',
    1: 'usage or I/O',
    2: 'a cell was not proved, as by a server that gives no proof',
    3: 'a cell is invalid: the tool itself was the limit, or the server was away or let nobody in, or agents were not there',
    99: 'a threshold was crossed',
    130: 'interrupted by Ctrl-C; what was measured is in the file',
    143: 'the same, by SIGTERM or SIGHUP',
  },
)}`,
    )
    .action(async (url: string | undefined, flags: BenchFlags, command: Command) => {
      refuseContradictions(url, flags, command);
      await run(url, flags).catch((error: unknown) => {
        throw withOption(error, flags.resume === undefined ? '--out' : '--resume', flags.resume ?? flags.out);
      });
    });
  addTokenOptions(command, 'access token for the server').option(
    '--ca <file>',
    "certificates in PEM that a wss:// server is trusted by, in place of the system's",
  );
  addNatsOptions(command);
  displaces(command, 'resume', SETTINGS);
  displaces(command, 'duration', ['count']);
  displaces(command, 'count', ['duration']);
  groupOptions(command, {
    'How it is measured': [
      ...['--repeat', '--duration', '--count', '--omit', '--seed', '--sample', '--client-processes'],
    ],
    Agents: ['--agents', '--agents-timeout', '--nats', ...NATS_FLAGS],
    Server: ['--plain', '--token', '--token-file', '--ca'],
    Output: ['--out', '--resume', '--report', '--title', '--tag', '--thresholds', '--json'],
  });
  return addOlderSpelling(command, '--blocks', '--block-sizes');
}

/** A resumed run has these settings in its file. */
const SETTINGS = [
  ...(['blockSizes', 'clients', 'streams', 'rates', 'repeat', 'duration', 'count', 'omit', 'seed'] as const),
  ...(['plain', 'clientProcesses', 'agents', 'out', 'title', 'tag'] as const),
];

function refuseContradictions(url: string | undefined, flags: BenchFlags, command: Command): void {
  if (flags.duration !== undefined && flags.count !== undefined)
    command.error('--duration and --count both say when a cell ends: give one');
  if (flags.agents !== undefined && flags.nats === undefined)
    command.error('--agents needs --nats, by which they are found');
  for (const name of ['out', 'resume', 'report'] as const)
    if (flags[name] === '-')
      command.error(`--${name} must be a file, got "-": stdout has what is told meanwhile`);
  if (flags.resume === undefined) return;
  const given = url === undefined ? SETTINGS.find((name) => flags[name] !== undefined) : 'url';
  if (given === undefined) return;
  const option = given === 'url' ? 'the URL' : flagOfAttribute(given);
  command.error(`--resume goes on with the settings in its file: leave ${option} out`);
}

/** Streams separated by commas. Parameters contain commas too, so a stream begins with the name of a kind. */
function streamList(text: string): string[] {
  return text.split(/,(?=[a-z]+(?:[?,]|$))/);
}

function tag(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw badValue('key=value', text);
  return { ...before, [key]: value };
}
