import type { KeptSettings } from '../../client/kept-settings.ts';
import type { EndEvent, StartEvent } from '../../client/run/client-event.ts';
import { CLIENT_DEFAULTS } from '../../client/run/defaults.ts';
import { NATS_FLAGS, type NatsFlags } from '../option/nats-options.ts';
import { quoted } from '../own-name.ts';
import type { ConnectFlags } from './options.ts';

/** How far an interrupted run had come. */
export interface InterruptedRun {
  readonly start: StartEvent;
  /** What its verdict rests on; the log, if there is one, has it as well. */
  readonly settings: KeptSettings;
  /** The next seq; undefined if no message ever could come, so that not even the log has a run. */
  readonly next: number | undefined;
  /** The first seq of its first connection; undefined if there was none. */
  readonly begun: number | undefined;
  readonly messages: number;
}

/** What is said about a log that is no longer what the run wrote. */
const LOG_IS_LOST = /^ was (moved|replaced|changed)/;

/**
 * Why a run that ended can't be gone on with, in a sentence; empty if there is nothing to go on for, undefined if it can be.
 */
export function hindranceToGoOn(
  { start, settings, next }: InterruptedRun,
  { verdict, messages, lost, repeated, reordered, corrupt, foreign, error }: EndEvent,
): string | undefined {
  if (verdict === 'interrupted') return undefined;
  if (verdict !== 'failed' || (next === undefined && start.resume_from === null)) return '';
  const { log, count } = start;
  const wrong = lost + repeated + reordered + corrupt + (settings['ignore_foreign'] === true ? 0 : foreign);
  if (wrong > 0)
    return log === null ? '' : "going on can't mend what was wrong: a new run needs a log of its own";
  if (log === null) return count !== null && messages >= count ? '' : undefined;
  if (error?.startsWith(log) && LOG_IS_LOST.test(error.slice(log.length)))
    return "the run can't be gone on with: its log is not what it wrote";
  return undefined;
}

/** The arguments of `tidemark` that resume a run as it was meant, with its stream, its end, and its proof. */
export function wayToGoOn(
  { start, settings, next, begun, messages }: InterruptedRun,
  flags: ConnectFlags,
): string {
  const { log, count, client } = start;
  const logged = log !== null && (next !== undefined || start.resume_from !== null);
  if (logged) {
    const name = flags.clients > 1 ? [`--client ${client}`] : [];
    const whole = count === null ? [] : [`--count ${count}`];
    const others = (start.other_urls ?? []).map(quoted);
    // Of several servers others may be meant than those in the log, which have no block yet.
    const isAsLogged = start.first_url === null && (others.length === 0 || start.resume_from === null);
    const elsewhere = isAsLogged ? [] : [quoted(start.url), ...others];
    const parts = ['connect', ...elsewhere, `--log ${quoted(log)}`, '--resume', ...name, ...whole];
    return joined(parts, settings, flags);
  }
  const places = [start.url, ...(start.other_urls ?? [])].map((url) =>
    placeToGoOn({ ...start, url }, settings, next),
  );
  const [{ from } = {}] = places;
  // What came in a block that was never full comes again.
  const had = next === undefined || begun === undefined ? messages : next - begun;
  const rest = count === null ? [] : [`--count ${count - had}`];
  const place = [
    'connect',
    ...places.map(({ address }) => quoted(address)),
    `--client ${client}`,
    `--block-size ${start.block}`,
    ...rest,
  ];
  const file = log === null ? [] : [`--log ${quoted(log)}`];
  return joined([...place, ...file], { ...settings, ...(from === undefined ? {} : { from }) }, flags);
}

/** A plain URL is left alone: the first seq is then an option, if a local check can use it. */
function placeToGoOn(
  { plain, url: whole }: StartEvent,
  { verify }: KeptSettings,
  next: number | undefined,
): { address: string; from?: number } {
  if (plain) return { address: whole, ...(verify === 'local' && next !== undefined ? { from: next } : {}) };
  const url = new URL(whole);
  const live = url.searchParams.get('from')?.startsWith('live');
  if (next !== undefined) url.searchParams.set('from', live ? `live:${next}` : String(next));
  url.searchParams.delete('count');
  return { address: url.href };
}

function joined(parts: readonly string[], settings: KeptSettings, flags: ConnectFlags): string {
  const kept = Object.entries(settings).map((setting) => flagOf(setting, settings, flags));
  return [...parts, ...kept, ...ownFlags(flags)].filter((part) => part !== '').join(' ');
}

/** The option for a setting: `idle_timeout_ms: 500` is `--idle-timeout 500ms`. */
function flagOf(
  [name, value]: [string, string | number | boolean],
  { plain }: KeptSettings,
  { secretSeedFile }: ConnectFlags,
): string {
  if (name === 'stream' && !plain) return ''; // the URL has it
  if (name === 'secret_seed')
    return secretSeedFile === undefined ? '' : `--secret-seed-file ${quoted(secretSeedFile)}`;
  const option = `--${name.replace(/_ms$/, '').replaceAll('_', '-')}`;
  if (value === true) return option;
  return `${option} ${quoted(name.endsWith('_ms') ? `${value}ms` : String(value))}`;
}

/**
 * Options of a process rather than of a run, needed again. An access token is not shown: the user has to give it again.
 */
function ownFlags(flags: ConnectFlags): string[] {
  const { fsync, ping, timing, ca, tokenFile, listenOnly, wait } = flags;
  return [
    fsync === 'block' ? '--fsync block' : '',
    ping === CLIENT_DEFAULTS.heartbeatMs ? '' : `--ping ${ping}ms`,
    timing ? '--timing' : '',
    listenOnly ? '--listen-only' : '',
    wait ? '--wait' : '',
    ca === undefined ? '' : `--ca ${quoted(ca)}`,
    tokenFile === undefined ? '' : `--token-file ${quoted(tokenFile)}`,
    ...NATS_FLAGS.map((flag) => natsFlag(flag, flags)),
  ];
}

/** Its files, by their flags. */
function natsFlag(flag: (typeof NATS_FLAGS)[number], flags: NatsFlags): string {
  const attribute = flag.slice(2).replaceAll(/-[a-z]/g, (dashed) => dashed.slice(1).toUpperCase());
  const file = flags[attribute as keyof NatsFlags];
  return file === undefined ? '' : `${flag} ${quoted(file)}`;
}
