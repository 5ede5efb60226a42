import { readFileSync, writeFileSync } from 'node:fs';
import { type BenchEvent, bench } from '../bench/bench.ts';
import type { BenchOptions } from '../bench/bench-options.ts';
import { VERSION } from '../version.ts';
import type { BenchFlags } from './bench.ts';
import { BenchConsole } from './bench-console.ts';
import { EXIT } from './exit-code.ts';
import { onShutdown } from './shutdown.ts';
import { accessToken } from './token-option.ts';

/** Runs `tidemark bench`: measures, and says what came of it. */
export async function runBench(url: string | undefined, flags: BenchFlags): Promise<void> {
  const stop = new AbortController();
  const out =
    flags.resume ??
    flags.out ??
    `tidemark-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.ndjson`;
  const console = new BenchConsole(flags.json ?? false);
  onShutdown(() => {
    console.stopping();
    stop.abort();
  }, EXIT.interrupted);
  const complete = await bench(optionsOf(url, flags, out, stop.signal, console.live), (event: BenchEvent) =>
    console.event(event),
  );
  console.finish();
  process.exitCode = complete ? EXIT.ok : EXIT.interrupted;
  void writeFileSync;
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
    ...given('blocks', flags.blocks),
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
    ...given('title', flags.title),
    ...given('tags', flags.tag),
    ...given('ca', flags.ca === undefined ? undefined : readFileSync(flags.ca, 'utf8')),
    ...given('accessToken', accessToken(flags)),
    out,
    resume: flags.resume !== undefined,
    command: `tidemark ${process.argv.slice(2).join(' ')}`,
    liveProgress,
    signal,
  };
}
void VERSION;
