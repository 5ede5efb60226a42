import type { RunSettings } from '../../session/run/run-settings.ts';
import { badOption } from '../../wording/usage-error.ts';

/** What ends a run, besides its count. */
export interface RunEndOptions {
  /** Ends the run, failed, after this long without a connection, in milliseconds. @default never */
  readonly giveUpMs?: number;
  /**
   * Ends the run, failed, after this long without a message while connected, in milliseconds: a count that can't be
   * reached is reported as stalled, with the missing seqs. @default never
   */
  readonly idleTimeoutMs?: number;
  /**
   * Ends the run after this long, in milliseconds; it has failed if it had a count that was not reached. @default never
   */
  readonly durationMs?: number;
  /**
   * One connection: the run ends with it, or, failed, when it can't be opened, unless `wait` is set. Otherwise a run
   * reconnects, unless a plain server, which can't be asked to resume, closes as if it had sent everything (1000, or no
   * code). @default false
   */
  readonly once?: boolean;
  /**
   * Retries even when the first attempt fails because of the host name or the scheme of the URL, which are most likely
   * mistyped, and with `once`. In all other cases a server that is not there yet is waited for anyway. @default false
   */
  readonly wait?: boolean;
}

type RunEndSettings = Pick<RunSettings, 'giveUpMs' | 'idleTimeoutMs' | 'durationMs' | 'once' | 'wait'>;

/** @throws UsageError for an invalid time */
export function resolveRunEnd(options: RunEndOptions): Required<RunEndSettings> {
  return {
    giveUpMs: time('giveUpMs', options.giveUpMs),
    idleTimeoutMs: time('idleTimeoutMs', options.idleTimeoutMs),
    durationMs: time('durationMs', options.durationMs),
    once: options.once ?? false,
    wait: options.wait ?? false,
  };
}

function time(name: string, ms = Number.POSITIVE_INFINITY): number {
  if (!(ms > 0)) throw badOption(name, 'a number above 0', String(ms));
  return ms;
}
