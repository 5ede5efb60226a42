/// <reference lib="esnext.disposable" preserve="true" />
import { ClientAddress } from '../carriage/client-address.ts';
import { systemHost } from '../host/host.ts';
import type { Block } from '../measure/finished-block.ts';
import type { Verdict } from '../measure/verdict.ts';
import { Run } from '../session/run/run.ts';
import { VERSION } from '../version.ts';
import { carriageOf } from './carriages.ts';
import type { ConnectOptions } from './connect-options.ts';
import { type ConnectSettings, checkCount, resolveSettings } from './connect-settings.ts';
import { type KeptSettings, keptOptions } from './kept-settings.ts';
import { type OpenedLog, openLog } from './opened-log.ts';
import { BlockQueue } from './run/block-queue.ts';
import { RunPump, type RunPumpHooks } from './run/run-pump.ts';

/**
 * A run of a client. It begins when it is iterated, when its `closed` is read, or by `start`. Iteration yields every
 * block in order, or, if the run had begun before, those that begin from then on. A slow consumer stops the reading
 * from the server, which sends the rest later. The iteration ends with the run, and leaving it stops the run; `closed`
 * has the verdict.
 */
export interface ClientRun extends AsyncIterable<Block>, AsyncDisposable {
  readonly client: string;
  /** The seq at which a resumed run goes on; undefined for a new one. */
  readonly resumeFrom: number | undefined;
  /** The other settings that its verdict rests on, as its log keeps them: by the names of the options in snake case. */
  readonly settings: KeptSettings;
  /** Begins without iterating: blocks then go to `onBlock` and the log alone. */
  start(): this;
  /** Leaves gracefully: reports the open block, waits a moment for the answer, closes with 1001. */
  stop(): void;
  /** Stops reading from the server while `hold` is true, as when output can't be written. */
  holdInput(hold: boolean): void;
  /** Resolves with the verdict when the run is over; reading it begins the run. Never rejects. */
  readonly closed: Promise<Verdict>;
}

/**
 * Prepares a run of a client: it connects, takes blocks, reports each, and reconnects by itself after any outage.
 *
 * @param url ws://, wss://, http:// or https://, with the stream and its delivery as path and query; a resumed run has
 *   it in its log
 * @throws UsageError for a bad option or URL; StreamError for what the URL or a name asks for; LogError for a log that
 *   can't be used
 */
export function connect(url?: string, given: ConnectOptions = {}): ClientRun {
  const { log, run, firstUrl, point } = openLog(given);
  try {
    const options = run === undefined ? given : keptOptions(given, run);
    const settings = resolveSettings(url, options, { run, point });
    checkCount(settings.count, { run, point });
    return prepare(settings, options, { log, run, firstUrl, point });
  } catch (error) {
    log?.close();
    throw error;
  }
}

function prepare(
  settings: ConnectSettings,
  options: ConnectOptions,
  { log, run, firstUrl = settings.url, point }: OpenedLog,
): ClientRun {
  const { url, client, token, block, count, plain, as, verify, check, kept, heartbeatMs, end } = settings;
  const { timing = false, listenOnly = false, ignoreForeign = false } = options;
  const { accessToken, userInfo } = settings;
  const authorization = accessToken === undefined ? userInfo?.authorization : `Bearer ${accessToken}`;
  const address = new ClientAddress(settings.dialledUrl, plain);
  const carriage = carriageOf({ address, owner: { client, token }, authorization, ca: options.ca, as });
  const session = new Run({
    client,
    link: carriage.link,
    blockSize: block,
    count,
    plain,
    heartbeatMs,
    random: Math.random,
    resume: point,
    secrets: accessToken === undefined ? (userInfo?.secrets ?? []) : [accessToken],
    check,
    timing,
    live: address.live,
    storeFault: () => log?.fault(),
    arrived: options.onMessages,
    listenOnly,
    ignoreForeign,
    from: options.from,
    ...end,
    keep: () => log !== undefined || options.onBlock !== undefined || queue.isOpen,
  });
  const queue = new BlockQueue({
    full: (full) => {
      reading.full = full;
      pump.setReading(!reading.full && !reading.held);
    },
    abandoned: () => {
      pump.stop();
      return pump.closed;
    },
  });
  /** Why the run may not read: the iteration is slow, or somebody holds it. */
  const reading = { full: false, held: false };
  const needsRunRecord = run === undefined;
  const runUrl = firstUrl === url ? undefined : url;
  const runCount = run === undefined || run.count === (count ?? null) ? undefined : count;
  const tell = options.onEvent;
  const hooks: RunPumpHooks = {
    tell,
    connected: ({ welcome, from }) => {
      if (!needsRunRecord) return;
      const record = { tidemark: VERSION, url, client, token, block, count: count ?? null, plain, from };
      const stream = { stream: welcome?.stream ?? null, stream_id: welcome?.stream_id ?? null };
      log?.writeRun({ ...record, ...stream, settings: kept }, systemHost.now().wallMs);
    },
    block: (finished, progress) => {
      log?.writeBlock(client, finished, { ...progress, runCount, runUrl }, systemHost.now().wallMs);
      options.onBlock?.(finished);
      return finished.kept && queue.push(finished);
    },
    ended: () => {
      log?.close();
      queue.end();
    },
  };
  const pump = new RunPump(client, session, systemHost, carriage, hooks);
  let started = false;
  const begin = () => {
    if (started) return;
    started = true;
    tell?.({
      event: 'start',
      client,
      url,
      block,
      count: count ?? null,
      log: options.log ?? null,
      resume_from: point?.nextSeq ?? null,
      first_url: runUrl === undefined ? null : firstUrl,
      fsync: options.fsync ?? 'none',
      plain,
      as: as ?? null,
      verify,
      timing,
      heartbeat_ms: heartbeatMs,
      give_up_ms: finiteOrNull(end.giveUpMs),
      idle_timeout_ms: finiteOrNull(end.idleTimeoutMs),
      duration_ms: finiteOrNull(end.durationMs),
      once: end.once,
    });
    pump.start();
    const { signal } = options;
    if (signal?.aborted) pump.stop();
    signal?.addEventListener('abort', () => pump.stop(), { once: true });
  };
  const hold = (held: boolean) => {
    reading.held = held;
    pump.setReading(!reading.full && !reading.held);
  };
  const clientRun: ClientRun = {
    client,
    resumeFrom: point?.nextSeq,
    settings: kept,
    get closed() {
      begin();
      return pump.closed;
    },
    start: () => {
      begin();
      return clientRun;
    },
    stop: () => {
      hold(false); // otherwise the answers to the last receipts would not be read
      pump.stop();
    },
    holdInput: hold,
    [Symbol.asyncIterator]: () => {
      queue.open();
      begin();
      return queue;
    },
    [Symbol.asyncDispose]: async () => {
      pump.stop();
      await pump.closed;
    },
  };
  return clientRun;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
