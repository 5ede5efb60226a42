import type { StartEvent } from '../../client/client-event.ts';
import { CLIENT_DEFAULTS } from '../../client/defaults.ts';
import type { KeptSettings } from '../../client/kept-settings.ts';
import { quoted } from '../own-name.ts';
import type { ConnectFlags } from './options.ts';

/** How far an interrupted run had got. */
export interface InterruptedRun {
  readonly start: StartEvent;
  /** What its verdict rests on; the log, if there is one, keeps it, too. */
  readonly settings: KeptSettings;
  /** The seq that is due; undefined if no message ever could come, so that there is no run in the log either. */
  readonly next: number | undefined;
  readonly messages: number;
}

/** The arguments of `tidemark` that go on with a run as it was meant: with its stream, its end, and its proof. */
export function wayToGoOn({ start, settings, next, messages }: InterruptedRun, flags: ConnectFlags): string {
  const { log, count, client } = start;
  const logged = log !== null && (next !== undefined || start.resume_from !== null);
  if (logged) {
    const name = flags.clients > 1 ? [`--client ${client}`] : [];
    const whole = count === null ? [] : [`--count ${count}`];
    return joined(['connect', `--log ${quoted(log)}`, '--resume', ...name, ...whole], settings, flags);
  }
  const { address, from } = placeToGoOn(start, settings, next);
  const rest = count === null ? [] : [`--count ${count - messages}`];
  const place = ['connect', quoted(address), `--client ${client}`, `--block-size ${start.block}`, ...rest];
  const file = log === null ? [] : [`--log ${quoted(log)}`];
  return joined([...place, ...file], { ...settings, ...(from === undefined ? {} : { from }) }, flags);
}

/** A plain URL is left alone: the seq to begin with is then an option, where a check of the client's own can use it. */
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

/** A setting as the option that makes it: `idle_timeout_ms: 500` is `--idle-timeout 500ms`. */
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

/** What each process has of its own, and needs as much. An access token is not shown: it is given again. */
function ownFlags({ fsync, ping, timing, ca, tokenFile, listenOnly, wait }: ConnectFlags): string[] {
  return [
    fsync === 'block' ? '--fsync block' : '',
    ping === CLIENT_DEFAULTS.heartbeatMs ? '' : `--ping ${ping}ms`,
    timing ? '--timing' : '',
    listenOnly ? '--listen-only' : '',
    wait ? '--wait' : '',
    ca === undefined ? '' : `--ca ${quoted(ca)}`,
    tokenFile === undefined ? '' : `--token-file ${quoted(tokenFile)}`,
  ];
}
