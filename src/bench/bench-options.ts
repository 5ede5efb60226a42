import { availableParallelism } from 'node:os';
import { rateOnWire } from '../delivery/rate.ts';
import { RUN_LIMITS } from '../run-file/record/run-limits.ts';
import type { Settings } from '../run-file/record/run-record.ts';
import { LIMITS } from '../session/limits.ts';
import { streamAddress } from '../session/stream-request.ts';
import { openStream, type Stream } from '../stream/stream.ts';
import { StreamError } from '../stream/stream-error.ts';
import { durationText } from '../wording/figures.ts';
import { redactedUrl, type UserInfo } from '../wording/secrets.ts';
import { badOption, conflictingOption, UsageError } from '../wording/usage-error.ts';
import type { AgentBus } from './agents/agent-bus.ts';
import { BENCH_DEFAULTS } from './defaults.ts';

export interface BenchOptions {
  /** ws:// or wss:// of the server to measure. @default one of its own, in a process of its own */
  readonly url?: string | undefined;
  /**
   * Dials the URL as it is, for a server that is not Tidemark's: it sends what it likes, and nothing is proved. @default false
   */
  readonly plain?: boolean;
  /** Block sizes, in messages. @default [1, 5, 20, 100, 500] */
  readonly blocks?: readonly number[];
  /** Numbers of clients. @default [1, 5, 20, 100] */
  readonly clients?: readonly number[];
  /** Stream names. @default the URL's, else ['users'] */
  readonly streams?: readonly string[];
  /** Messages a second to each client; Infinity for as fast as it takes them. @default [Infinity] */
  readonly ratesPerSecond?: readonly number[];
  /** How often each cell is measured. @default 4 */
  readonly repeat?: number;
  /** How long a cell is measured, in milliseconds; a paced one lasts at least three blocks. @default 1000 */
  readonly durationMs?: number | undefined;
  /** Messages of each client in a cell, in place of a duration. @default none */
  readonly count?: number | undefined;
  /** Blocks of warm-up that each client leaves out. @default 2 */
  readonly omit?: number;
  /** Seed of the order of the cells. @default 1 */
  readonly seed?: number;
  /** The most blocks of a measurement to keep one by one in the run file. @default 500 */
  readonly sample?: number;
  /** Processes to spread the clients over. @default one less than there are cores, at least 1 */
  readonly clientProcesses?: number | undefined;
  /** Agents to spread the clients over, in place of processes of this machine. @default none */
  readonly agents?: number | undefined;
  /** How long the agents have to come, in milliseconds. @default 30 s */
  readonly agentsTimeoutMs?: number | undefined;
  /** Opens what agents are found and spoken to by. */
  readonly openBus?: (() => Promise<AgentBus>) | undefined;
  /** Run file to write; it must not hold anything yet, unless `resume` is set. */
  readonly out: string;
  /** Resumes the run in the file, with the settings found there. @default false */
  readonly resume?: boolean;
  readonly title?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  /** The command that started it, for whoever wants to run it again. */
  readonly command: string;
  readonly accessToken?: string | undefined;
  /** Taken from the URL, which is kept without it. */
  readonly userInfo?: UserInfo | undefined;
  /** Certificates in PEM by which to trust a wss:// server. */
  readonly ca?: string | undefined;
  /** Whether a progress line is drawn meanwhile. It disturbs the measurement, so this is recorded. @default false */
  readonly liveProgress?: boolean;
  /** Ends the run; what was measured by then is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** For one measurement: a timer can't wait much longer. */
const LONGEST_DURATION_MS = 86_400_000;
const MOST_SAMPLED = 1_000_000;
const MOST_AGENTS = 1000;

/**
 * Every setting of a new run, resolved and checked.
 *
 * @throws UsageError which names the option, what it may be and what came
 */
export function resolveSettings(options: BenchOptions): Settings {
  const { url, durationMs, count, plain = false } = options;
  const streams = plain ? [plainStream(options)] : streamsOf(options);
  if (durationMs !== undefined && count !== undefined)
    throw conflictingOption('count', (nameOf) => `where ${nameOf('durationMs')} is given`, String(count));
  if (durationMs !== undefined && !(durationMs > 0 && durationMs <= LONGEST_DURATION_MS))
    throw badOption('durationMs', 'above 0 and at most a day', durationText(durationMs));
  const settings: Settings = {
    url: url ?? null,
    plain,
    blocks: listed('blocks', options.blocks ?? BENCH_DEFAULTS.blocks, LIMITS.blockMessages),
    clients: listed('clients', options.clients ?? BENCH_DEFAULTS.clients, RUN_LIMITS.clients),
    streams: streams.map(({ name }) => name),
    stream_ids: streams.map(({ id }) => id),
    rates: rates(options.ratesPerSecond ?? [Number.POSITIVE_INFINITY]),
    repeat: whole('repeat', options.repeat ?? BENCH_DEFAULTS.repeat, 1, RUN_LIMITS.repeats),
    duration_ms: count === undefined ? (durationMs ?? BENCH_DEFAULTS.durationMs) : null,
    count: count === undefined ? null : whole('count', count, 1, Number.MAX_SAFE_INTEGER),
    omit: whole('omit', options.omit ?? BENCH_DEFAULTS.omit, 0, Number.MAX_SAFE_INTEGER),
    seed: whole('seed', options.seed ?? BENCH_DEFAULTS.seed, 0, Number.MAX_SAFE_INTEGER),
    client_processes: clientProcesses(options),
    agents: options.agents === undefined ? null : whole('agents', options.agents, 1, MOST_AGENTS),
    live_progress: options.liveProgress ?? false,
  };
  if (new Set(settings.streams).size < settings.streams.length)
    throw badOption('streams', 'different streams', settings.streams.join(','));
  whole('sample', options.sample ?? BENCH_DEFAULTS.sample, 1, MOST_SAMPLED);
  checkCount(settings);
  return settings;
}

/** With agents it is their processes that count, and a server on this machine's loopback would be theirs to miss. */
function clientProcesses({ agents, clientProcesses: given, url }: BenchOptions): number {
  if (agents === undefined)
    return whole('clientProcesses', given ?? Math.max(1, availableParallelism() - 1), 1, 64);
  if (url === undefined) throw badOption('url', 'the address of a server that the agents reach', 'none');
  if (given !== undefined)
    throw conflictingOption(
      'clientProcesses',
      (nameOf) => `with ${nameOf('agents')}: each says its own`,
      String(given),
    );
  return 0;
}

type NamedStream = Pick<Stream, 'name' | 'id'>;

function streamsOf({ url, streams }: BenchOptions): NamedStream[] {
  if (url !== undefined) {
    checkUrl(url);
    const given = ['rate', 'count', 'from', 'client'].find((name) => new URL(url).searchParams.has(name));
    if (given !== undefined) throw badOption('url', `without ${given}, which the bench sets`, url);
  }
  const named = url === undefined ? undefined : streamOfUrl(url);
  if (named !== undefined && streams !== undefined)
    throw conflictingOption('streams', () => `since the URL names ${named}`, streams.join(','));
  return (streams ?? [named ?? BENCH_DEFAULTS.stream]).map((name) =>
    openedFor(named === undefined ? 'streams' : 'url', name),
  );
}

function openedFor(option: keyof BenchOptions, name: string): NamedStream {
  try {
    return openStream(name);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    throw new UsageError('bad_option', option, (nameOf) => `${nameOf(option)}: ${error.message}`);
  }
}

/** @returns undefined if it leaves the stream to the bench */
function streamOfUrl(url: string): string | undefined {
  const { stream, named } = streamAddress(url);
  return named || stream !== BENCH_DEFAULTS.stream ? stream : undefined;
}

/**
 * The messages of a foreign server are named after the path and query they are requested by; nobody knows what they
 * are.
 */
function plainStream({ url, streams, ratesPerSecond }: BenchOptions): NamedStream {
  if (url === undefined) throw badOption('url', 'the address of a plain server', 'none');
  checkUrl(url);
  if (streams !== undefined || ratesPerSecond !== undefined)
    throw conflictingOption(
      streams === undefined ? 'ratesPerSecond' : 'streams',
      (nameOf) => `with ${nameOf('plain')}: the server sends what it likes`,
      (streams ?? ratesPerSecond ?? []).join(','),
    );
  const { pathname, search } = new URL(url);
  return { name: `${pathname}${search}`, id: '' };
}

/** A run too short for a whole block after the warm-up would measure nothing. */
function checkCount({ count, blocks, omit }: Settings): void {
  const largest = Math.max(...blocks);
  const least = (omit + 1) * largest;
  if (count !== null && count < least)
    throw badOption(
      'count',
      `at least ${least}, for ${omit} blocks of warm-up and one of ${largest}`,
      String(count),
    );
}

function checkUrl(url: string): void {
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol))
    throw badOption(
      'url',
      'a ws:// or wss:// address (bench measures WebSocket alone) such as ws://127.0.0.1:8000',
      redactedUrl(url),
    );
}

function listed(name: string, values: readonly number[], most: number): number[] {
  for (const value of values) whole(name, value, 1, most);
  if (values.length > RUN_LIMITS.listed)
    throw badOption(name, `at most ${RUN_LIMITS.listed} numbers`, String(values.length));
  if (values.length === 0 || new Set(values).size < values.length)
    throw badOption(name, 'one or more different numbers', values.join(',') || 'none');
  return [...values].sort((a, b) => a - b);
}

function rates(values: readonly number[]): (number | 'max')[] {
  const bad = values.find((value) => !(value > 0));
  if (bad !== undefined) throw badOption('ratesPerSecond', 'above 0', String(bad));
  if (values.length === 0 || new Set(values).size < values.length)
    throw badOption('ratesPerSecond', 'one or more different rates', values.join(',') || 'none');
  return [...values].sort((a, b) => a - b).map(rateOnWire);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw badOption(name, `a whole number from ${least} to ${most}`, String(value));
}
