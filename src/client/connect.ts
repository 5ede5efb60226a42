import { systemHost } from '../host/host.ts';
import { ConnectionTiming } from '../session/run/connection-timing.ts';
import { VERSION } from '../version.ts';
import { carriageOf } from './carriages.ts';
import type { ConnectOptions } from './connect-options.ts';
import { type ConnectSettings, checkCount, resolveSettings } from './connect-settings.ts';
import { type KeptSettings, keptOptions } from './kept-settings.ts';
import { type OpenedLog, openLog } from './opened-log.ts';
import { assembleRun, type RunStore } from './run/assemble-run.ts';
import type { ClientRun } from './run/client-run.ts';

/** A run that may have a log. */
export interface ConnectedRun extends ClientRun {
  /** The seq at which a resumed run goes on; undefined for a new one. */
  readonly resumeFrom: number | undefined;
  /** The other settings that its verdict rests on, as its log keeps them: by the names of the options in snake case. */
  readonly settings: KeptSettings;
}

/**
 * Prepares a run of a client: it connects, takes blocks, reports each, and reconnects by itself after any outage.
 *
 * @param url ws://, wss://, http:// or https://, with the stream and its delivery as path and query, or nats:// with a subject;
 *   of several servers of the same stream in an array, which are dialled in turn. A resumed run has them in its log
 * @throws UsageError for a bad option or URL; StreamError for what the URL or a name asks for; LogError for a log that
 *   can't be used
 */
export function connect(url?: string | readonly string[], given: ConnectOptions = {}): ConnectedRun {
  const opened = openLog(given);
  const { log, run, point } = opened;
  try {
    const options = run === undefined ? given : keptOptions(given, run);
    const settings = resolveSettings(url, options, { run, point });
    checkCount(settings.setup.count, { run, point });
    return prepare(settings, options, opened);
  } catch (error) {
    log?.close();
    throw error;
  }
}

function prepare(
  { setup, check, kept }: ConnectSettings,
  options: ConnectOptions,
  opened: OpenedLog,
): ConnectedRun {
  const { urls, addresses } = setup;
  const [url = ''] = urls;
  const { firstUrls: [firstUrl = url] = urls, point } = opened;
  const run = assembleRun({
    setup,
    options,
    carriage: carriageOf(setup, options, opened.lastEventId),
    host: systemHost,
    check,
    timing: options.timing ? new ConnectionTiming(addresses.first.live) : undefined,
    point,
    store: storeOf(setup, kept, opened),
    stored: {
      log: options.log ?? null,
      resume_from: point?.nextSeq ?? null,
      first_url: firstUrl === url ? null : firstUrl,
      fsync: options.fsync ?? 'none',
    },
  });
  return Object.assign(run, { resumeFrom: point?.nextSeq, settings: kept });
}

/** The log as the store of a run; undefined if it has none. */
function storeOf(
  { urls, client, token, block, count, plain }: ConnectSettings['setup'],
  kept: KeptSettings,
  { log, run, firstUrls = urls }: OpenedLog,
): RunStore | undefined {
  if (log === undefined) return undefined;
  const needsRunRecord = run === undefined;
  const runUrls = firstUrls.join(' ') === urls.join(' ') ? undefined : urls;
  const runCount = run === undefined || run.count === (count ?? null) ? undefined : count;
  const wallMs = () => systemHost.now().wallMs;
  return {
    begin: ({ welcome, from, announced }) => {
      if (!needsRunRecord) return;
      const [url = '', ...others] = urls;
      const places = { url, ...(others.length === 0 ? {} : { other_urls: others }) };
      const whose = { ...places, client, token, block, count: count ?? null, plain, from };
      const record = { tidemark: VERSION, ...whose };
      const stream = { stream: welcome?.stream ?? announced ?? null, stream_id: welcome?.stream_id ?? null };
      log.writeRun({ ...record, ...stream, settings: kept }, wallMs());
    },
    add: (block, progress) => log.writeBlock(client, block, { ...progress, runCount, runUrls }, wallMs()),
    fault: () => log.fault(),
    close: () => log.close(),
  };
}
