import { existsSync } from 'node:fs';
import { parseThresholds, type Threshold } from '../../analysis/condition/threshold.ts';
import { analyse } from '../../analysis/run/analyse.ts';
import type { Analysis } from '../../analysis/run/analysis.ts';
import type { AgentBus } from '../../bench/agents/agent-bus.ts';
import { openNatsBus } from '../../bench/agents/nats-bus.ts';
import { bench } from '../../bench/bench.ts';
import type { BenchOptions } from '../../bench/bench-options.ts';
import { NotMeasuredError } from '../../bench/process/bench-error.ts';
import { parseNatsAddress } from '../../carriage/nats/nats-address.ts';
import { reportPage } from '../../report/page.ts';
import { readRunFile } from '../../run-file/read-run-file.ts';
import { grouped, paceText, plural } from '../../wording/figures.ts';
import { redacted, redactedUrl } from '../../wording/secrets.ts';
import { EXIT } from '../exit-code.ts';
import { trustedCertificates } from '../option/ca-file.ts';
import { ofOption } from '../option/named-option.ts';
import { natsAccess } from '../option/nats-access.ts';
import { checkOptionFile } from '../option/option-file.ts';
import { accessToken } from '../option/token-option.ts';
import { complain } from '../output/complaint.ts';
import { wordsSetElsewhere } from '../output/set-elsewhere.ts';
import { writeReport } from '../report/run.ts';
import { Shutdown } from '../shutdown.ts';
import { BenchConsole } from './bench-console.ts';
import { benchOutcome } from './bench-outcome.ts';
import type { BenchFlags } from './options.ts';

/** Runs `tidemark bench`. */
export async function runBench(url: string | undefined, flags: BenchFlags): Promise<void> {
  const { thresholds: asked } = flags;
  const thresholds = asked === undefined ? [] : ofOption('--thresholds', () => parseThresholds(asked));
  if (flags.report !== undefined) checkOptionFile('--report', flags.report);
  const out = flags.resume ?? flags.out ?? fileName();
  const stop = new AbortController();
  const shown = new BenchConsole(flags.json ?? false);
  const shutdown = new Shutdown(() => {
    shown.stopping();
    stop.abort();
  });
  const options = optionsOf(url, flags, out, stop.signal, shown.live);
  const complete = await bench(options, (event) => shown.event(event)).catch(async (error: unknown) => {
    if (!(error instanceof NotMeasuredError)) throw error;
    shown.notMeasured(existsSync(out) ? out : undefined);
    complain(error.message);
    return shutdown.exit(shutdown.exitCode ?? EXIT.invalid, shown.output.flush());
  });
  const analysis = analyse(readRunFile(out));
  const crossed = crossings(analysis, thresholds);
  const outcome = benchOutcome(analysis, crossed.length);
  shown.summary(analysis, crossed, outcome, out);
  if (flags.report !== undefined) writeReport('--report', flags.report, reportPage(analysis), shown.output);
  const code = complete ? outcome.exitCode : (shutdown.exitCode ?? EXIT.interrupted);
  await shutdown.exit(code, shown.output.flush());
}

/** A line for each crossed threshold: `block 20, 5 clients, max: p99_block_ms<50, but it is 61.2`. */
function crossings({ cells }: Analysis, thresholds: readonly Threshold[]): string[] {
  return cells.flatMap((cell) =>
    thresholds.flatMap((threshold) => {
      const value = threshold.crossedBy(cell);
      const { block, clients, stream, rate } = cell;
      return value === undefined
        ? []
        : [
            `${stream} at ${paceText(rate)}, block ${grouped(block)}, ${plural(clients, 'client')}: ${threshold.text}, but it ${value}`,
          ];
    }),
  );
}

/** In UTC, to the second. */
function fileName(): string {
  return `tidemark-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}.ndjson`;
}

function optionsOf(
  url: string | undefined,
  flags: BenchFlags,
  out: string,
  signal: AbortSignal,
  liveProgress: boolean,
): BenchOptions {
  const given = <K extends string, V>(key: K, value: V | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
  return {
    ...given('url', url),
    ...given('plain', flags.plain),
    ...given('blocks', flags.blockSizes),
    ...given('clients', flags.clients),
    ...given('streams', flags.streams),
    ...given('ratesPerSecond', flags.rates),
    ...given('repeat', flags.repeat),
    ...given('durationMs', flags.duration),
    ...given('count', flags.count),
    ...given('omit', flags.omit),
    ...given('seed', flags.seed),
    ...given('sample', flags.sample),
    ...given('clientProcesses', flags.clientProcesses),
    ...given('agents', flags.agents),
    ...given('agentsTimeoutMs', flags.agentsTimeout),
    ...given('openBus', busOpener(flags)),
    ...given('title', flags.title),
    ...given('tags', flags.tag),
    ...given('ca', trustedCertificates(flags)),
    ...given('accessToken', accessToken(flags)),
    out,
    resume: flags.resume !== undefined,
    command: commandLine([...process.argv.slice(2), ...wordsSetElsewhere()]),
    liveProgress,
    signal,
  };
}

/** What agents are spoken to by. All options are looked at now, and NATS when it is needed. */
function busOpener(flags: BenchFlags): (() => Promise<AgentBus>) | undefined {
  const access = natsAccess(flags);
  if (flags.nats === undefined) return undefined;
  const target = { address: parseNatsAddress(flags.nats, 'nats'), access, name: 'tidemark bench' };
  return () => openNatsBus(target, complain);
}

/** Quoted for a shell, without the token, which is kept nowhere. */
function commandLine(words: readonly string[]): string {
  const shown = words.map((word, index) => {
    if (words[index - 1] === '--token') return '…';
    if (word.startsWith('--token=')) return '--token=…';
    const hidden = /^\w+:\/\//.test(word) ? redactedUrl(word) : redacted(word);
    return /^[\w./:=,@%+-]+$/.test(hidden) ? hidden : `'${hidden.replaceAll("'", "'\\''")}'`;
  });
  return ['tidemark', ...shown].join(' ');
}
