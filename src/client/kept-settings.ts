import { SecretSeed } from '../stream/secret-seed.ts';
import { openStream } from '../stream/stream.ts';
import { StreamError } from '../stream/stream-error.ts';
import { quoted } from '../wording/secrets.ts';
import { UsageError } from '../wording/usage-error.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { RunRecord } from './log-record.ts';
import { LogError } from './run/log-error.ts';

/**
 * What happens to each option when another process resumes the run. `kept`: the verdict rests on it, so the log keeps
 * it, and another value is refused. `offered`: the log keeps it, but another value may replace it. `own`: each process
 * has its own. `record`: it has a field and rules of its own in the run record.
 *
 * What the log keeps, what is refused, and the command line for resuming all follow from this one table; an option that
 * is missing from it does not compile.
 */
const FATES: { readonly [Option in keyof Required<ConnectOptions>]: 'kept' | 'offered' | 'own' | 'record' } =
  {
    plain: 'kept',
    verify: 'kept',
    stream: 'kept',
    secretSeed: 'kept',
    from: 'kept',
    ignoreForeign: 'kept',
    requireProof: 'kept',
    giveUpMs: 'kept',
    idleTimeoutMs: 'kept',
    durationMs: 'kept',
    once: 'kept',
    as: 'offered',
    wait: 'own',
    listenOnly: 'own',
    client: 'record',
    count: 'record',
    block: 'own',
    accessToken: 'own',
    ca: 'own',
    nats: 'own',
    timing: 'own',
    heartbeatMs: 'own',
    log: 'own',
    resume: 'own',
    fsync: 'own',
    onEvent: 'own',
    onMessages: 'own',
    onBlock: 'own',
    signal: 'own',
  };

/**
 * The settings that a run's verdict rests on, if they differ from the default, by the options' names in snake case:
 * what a log keeps of them. A secret seed is represented by its hash.
 */
export type KeptSettings = Readonly<Record<string, string | number | boolean>>;

type KeptOption = keyof ConnectOptions;

const LOGGED = (Object.keys(FATES) as KeptOption[]).filter((option) => /kept|offered/.test(FATES[option]));
const KEPT = LOGGED.filter((option) => FATES[option] === 'kept');

/** The settings to keep of these options. */
export function settingsOf(options: ConnectOptions): KeptSettings {
  const settings: Record<string, string | number | boolean> = {};
  for (const option of LOGGED) {
    const value = keptValue(option, options);
    if (value !== undefined) settings[settingName(option)] = value;
  }
  return settings;
}

/**
 * The options of a resumed run: the given ones, and the kept ones as they were.
 *
 * @throws UsageError that names a given option that had another value; LogError for an unknown setting
 */
export function keptOptions(given: ConnectOptions, run: RunRecord): ConnectOptions {
  const { settings = oldSettings(given, run) } = run;
  const unknown = Object.keys(settings).find(
    (name) => !LOGGED.some((option) => settingName(option) === name),
  );
  if (unknown !== undefined)
    throw new LogError(`the log keeps the setting ${unknown}, which this version does not know`);
  const kept: Record<string, unknown> = {};
  for (const option of KEPT) {
    const was = settings[settingName(option)];
    if (option !== 'secretSeed' && given[option] === undefined) {
      if (was !== undefined) kept[option] = was;
      continue;
    }
    const is = keptValue(option, given);
    if (is !== was && !isSameStream(option, is, was, given)) throw refusal(option, was, is ?? given[option]);
  }
  return { ...given, ...kept };
}

/** Versions that kept no settings but `plain` leave all others to the user. */
function oldSettings(given: ConnectOptions, { plain }: RunRecord): KeptSettings {
  return { ...settingsOf({ ...given, plain }) };
}

/** `idleTimeoutMs` as `idle_timeout_ms`. */
function settingName(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The value to keep; undefined if it is the default. */
function keptValue(option: KeptOption, options: ConnectOptions): string | number | boolean | undefined {
  const value = options[option];
  if (value === undefined || value === false || value === Number.POSITIVE_INFINITY) return undefined;
  if (value === 'server' || value === 'events') return undefined;
  if (value instanceof Uint8Array) return new SecretSeed(value).name;
  return value as string | number | boolean;
}

/** Two names of one stream are one setting. */
function isSameStream(
  option: KeptOption,
  is: unknown,
  was: unknown,
  { secretSeed }: ConnectOptions,
): boolean {
  if (option !== 'stream' || typeof is !== 'string' || typeof was !== 'string') return false;
  const seed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  try {
    return openStream(is, { secretSeed: seed }).name === openStream(was, { secretSeed: seed }).name;
  } catch (error) {
    if (error instanceof StreamError) return false;
    throw error;
  }
}

function refusal(option: KeptOption, was: unknown, is: unknown): UsageError {
  if (option === 'secretSeed' && is === undefined)
    return new UsageError('missing_option', option, () => NEEDS_SEED);
  const name = settingName(option);
  const text = `was ${shown(name, was)} when the run in the log began, and can't be ${shown(name, is)} now`;
  return new UsageError('conflicting_option', option, (nameOf) => `${nameOf(option)} ${text}`);
}

function shown(name: string, value: unknown): string {
  if (value === undefined) return 'not set';
  if (value === false) return 'off';
  if (value === true) return 'on';
  return name.endsWith('_ms') ? `${String(value)} ms` : quoted(String(value));
}

const NEEDS_SEED = 'the run in the log has a secret seed, which the log does not hold: give it again';
