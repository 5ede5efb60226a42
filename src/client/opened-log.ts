import type { ResumePoint } from '../session/run/resume-point.ts';
import { badOption } from '../wording/usage-error.ts';
import { BlockLog } from './block-log.ts';
import type { ConnectOptions } from './connect-options.ts';
import { keptOptions } from './kept-settings.ts';
import type { RunRecord } from './log-record.ts';
import { loggedCheck } from './logged-check.ts';
import { LogError } from './run/log-error.ts';

/** The log of a run, if it has one, and what it says about a resumed run. */
export interface OpenedLog {
  readonly log?: BlockLog | undefined;
  readonly run?: RunRecord | undefined;
  /** The URLs that the run began with. */
  readonly firstUrls?: readonly string[] | undefined;
  readonly point?: ResumePoint | undefined;
  /** Where its server, which does not speak Tidemark, resumes. */
  readonly lastEventId?: string | undefined;
}

/** @throws LogError for a log that can't be used; UsageError for an option that does not go with it */
export function openLog(options: ConnectOptions): OpenedLog {
  if (options.fsync !== undefined && options.fsync !== 'block' && options.fsync !== 'none')
    throw badOption('fsync', 'block or none', String(options.fsync));
  if (options.fsync === 'block' && options.log === undefined)
    throw new LogError('what is synced is a log: name the log');
  if (options.log === undefined) {
    if (options.resume) throw new LogError('a run is resumed from its log: name the log');
    return {};
  }
  const { log, fsync } = options;
  if (!options.resume) return { log: BlockLog.create(log, fsync) };
  return BlockLog.resume(log, fsync, (run) => loggedCheck(run, keptOptions(options, run).secretSeed));
}
