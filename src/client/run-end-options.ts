import type { RunSettings } from '../session/run/run-settings.ts';
import { badOption } from '../wording/usage-error.ts';

/** When a run ends, besides with its count. */
export interface RunEndOptions {
  /** Ends the run, failed, when there has been no connection for so long, in milliseconds. @default never */
  readonly giveUpMs?: number;
  /**
   * Ends the run, failed, when no message has come for so long while there was a connection, in milliseconds: a count that
   * can't come is told as stalled, with the seqs that are missing. @default never
   */
  readonly idleTimeoutMs?: number;
  /** Ends the run after so long, in milliseconds; it has failed if it was to take a count that has not come. @default never */
  readonly durationMs?: number;
  /**
   * One connection: the run ends with it, or, failed, when it can't be opened, unless `wait` is set. Without it a run comes back, unless a plain server, which nothing can be asked for
   * again, closes as one does that has sent all (1000, or no code). @default false
   */
  readonly once?: boolean;
  /**
   * Tries again too when the first attempt fails by the server's name, or by the scheme of the URL, which most likely are
   * mistyped, and with `once`. A server that is not there yet is waited for in any other case. @default false
   */
  readonly wait?: boolean;
}

type RunEndSettings = Pick<RunSettings, 'giveUpMs' | 'idleTimeoutMs' | 'durationMs' | 'once' | 'wait'>;

/** @throws UsageError for a time that is none */
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
