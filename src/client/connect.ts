/// <reference lib="esnext.disposable" preserve="true" />
import { randomBytes, X509Certificate } from 'node:crypto';
import { ClientAddress } from '../carriage/client-address.ts';
import type { Dial } from '../carriage/connection.ts';
import { type DialOptions, dialWebSocket } from '../carriage/websocket/websocket.ts';
import { WebSocketCarriage } from '../carriage/websocket/websocket-carriage.ts';
import { systemHost } from '../host/host.ts';
import type { Block } from '../measure/finished-block.ts';
import type { Verdict } from '../measure/verdict.ts';
import { parseAccessToken, takeAccessToken } from '../session/access-token.ts';
import { parseClientName } from '../session/client-name.ts';
import { LIMITS } from '../session/limits.ts';
import { LocalCheck } from '../session/run/local-check.ts';
import type { ResumePoint } from '../session/run/resume-point.ts';
import { Run } from '../session/run/run.ts';
import { streamReference } from '../session/stream-request.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { LAST_SEQ } from '../stream/stream.ts';
import { VERSION } from '../version.ts';
import { takeUserInfo, type UserInfo } from '../wording/secrets.ts';
import { badOption, conflictingOption, type OptionNaming, UsageError } from '../wording/usage-error.ts';
import { BlockLog } from './block-log.ts';
import { BlockQueue } from './block-queue.ts';
import type { ConnectOptions } from './connect-options.ts';
import { CLIENT_DEFAULTS } from './defaults.ts';
import { type KeptSettings, keptOptions, settingsOf } from './kept-settings.ts';
import { LogError } from './log-error.ts';
import type { RunRecord } from './log-record.ts';
import { loggedCheck } from './logged-check.ts';
import { madeUpName } from './made-up-name.ts';
import { type RunEndOptions, resolveRunEnd } from './run-end-options.ts';
import { RunPump, type RunPumpHooks } from './run-pump.ts';

/**
 * A run of a client. It begins when it is iterated or its `closed` is asked for, or with `start`. Iterated, it gives every block in order, or, if it
 * had begun before, those that begin from then on; when the consumer is slow it stops reading from the server, and so is
 * caught up with later. The iteration ends with the run, and leaving it stops the run; `closed` has the verdict.
 */
export interface ClientRun extends AsyncIterable<Block>, AsyncDisposable {
  readonly client: string;
  /** The seq from which a resumed run goes on; undefined for a new one. */
  readonly resumeFrom: number | undefined;
  /** What else its verdict rests on, as its log keeps it: by the names of the options in snake case. */
  readonly settings: KeptSettings;
  /** Begins without iterating: blocks are then given to `onBlock` and the log alone. */
  start(): this;
  /** Leaves gracefully: reports the open block, waits a moment for the answer, closes with 1001. */
  stop(): void;
  /** Stops reading from the server while `hold` is true, as where what comes of it can't be written. */
  holdInput(hold: boolean): void;
  /** Resolves with the verdict when the run is over; asked for, it begins the run. Never rejects. */
  readonly closed: Promise<Verdict>;
}

/**
 * Prepares a run of a client: connects, takes blocks, reports each, and comes back by itself after any outage.
 *
 * @param url ws:// or wss://, the stream and its delivery as path and query; a resumed run has it in its log
 * @throws UsageError for an option, or a URL, that can't be used; StreamError for what the URL or a name asks for; LogError for a log that can't be used
 */
export function connect(url?: string, given: ConnectOptions = {}): ClientRun {
  const { log, run, point } = openLog(given);
  try {
    const options = run === undefined ? given : keptOptions(given, run);
    const settings = resolveSettings(url, options, { run, point });
    checkCount(settings.count, { run, point });
    return prepare(settings, options, { log, run, point });
  } catch (error) {
    log?.close();
    throw error;
  }
}

interface OpenedLog {
  readonly log?: BlockLog | undefined;
  readonly run?: RunRecord | undefined;
  readonly point?: ResumePoint | undefined;
}

function openLog(options: ConnectOptions): OpenedLog {
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

/** Every setting, resolved: from the options, else from the run that is resumed, else from the URL or a default. */
interface ConnectSettings {
  /** Without an access token, a user or a password: it is shown and kept. */
  readonly url: string;
  readonly dialledUrl: string;
  readonly accessToken: string | undefined;
  readonly userInfo: UserInfo | undefined;
  readonly client: string;
  readonly token: string;
  readonly block: number;
  readonly count: number | undefined;
  readonly plain: boolean;
  readonly verify: 'server' | 'local';
  readonly check: LocalCheck | undefined;
  readonly kept: KeptSettings;
  readonly heartbeatMs: number;
  readonly end: Required<RunEndOptions>;
}

function resolveSettings(
  given: string | undefined,
  options: ConnectOptions,
  { run, point }: Pick<OpenedLog, 'run' | 'point'>,
): ConnectSettings {
  if (options.resume && given === undefined && run === undefined) {
    throw new LogError(`${options.log} holds no run yet, and so no URL: name the URL`);
  }
  const whole = given ?? run?.url ?? CLIENT_DEFAULTS.url;
  const { plain = false } = options;
  const { target: address, userInfo } = takeUserInfo(whole);
  const { target: url, accessToken: ofUrl } = takeAccessToken(address);
  const accessToken = options.accessToken ?? (plain ? undefined : ofUrl);
  if (accessToken !== undefined && userInfo !== undefined) {
    const both =
      'an access token, and a user and password in the URL: a request carries one of them, so give one';
    throw new UsageError('conflicting_option', 'accessToken', () => both);
  }
  const { client: ofAddress, count: countOfAddress } = new ClientAddress(url, plain);
  if (run !== undefined && options.client !== undefined && options.client !== run.client) {
    // Blocks that are in the log were taken, and will be reported, under its name.
    throw badOption('client', `${run.client}, whose log it is`, options.client);
  }
  const verify = options.verify ?? (plain && options.stream !== undefined ? 'local' : 'server');
  const stream = verify === 'local' ? (options.stream ?? streamReference(url).name) : undefined;
  const settings: ConnectSettings = {
    url,
    dialledUrl: plain ? address : url,
    accessToken: accessToken === undefined ? undefined : parseAccessToken(accessToken),
    userInfo,
    client: parseClientName(options.client ?? run?.client ?? ofAddress ?? madeUpName()),
    token: run?.token ?? randomBytes(16).toString('hex'),
    block: options.block ?? run?.block ?? CLIENT_DEFAULTS.block,
    count: options.count ?? countOfRun({ run, point }) ?? countOfAddress,
    plain,
    verify,
    check: localCheck(options, stream, point),
    kept: settingsOf({ ...options, verify, ...(stream === undefined ? {} : { stream }) }),
    heartbeatMs: options.heartbeatMs ?? CLIENT_DEFAULTS.heartbeatMs,
    end: resolveRunEnd(options),
  };
  if (options.timing && plain)
    throw conflictingOption(
      'timing',
      (nameOf) => `with ${nameOf('plain')}: no such server tells the time`,
      'true',
    );
  const { from } = options;
  if (from !== undefined) {
    checkInteger('from', from, 0, LAST_SEQ);
    if (!plain || verify !== 'local')
      throw conflictingOption(
        'from',
        (nameOf) => `without ${nameOf('plain')} and ${localVerify(nameOf)}: the URL has it`,
        String(from),
      );
  }
  if (options.ca !== undefined) checkCertificates(options.ca);
  const { block, count, heartbeatMs } = settings;
  checkInteger('block', block, 1, LIMITS.blockMessages);
  if (count !== undefined) checkInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
  if (!(heartbeatMs > 0 && Number.isFinite(heartbeatMs))) {
    throw badOption('heartbeatMs', 'a number above 0', String(heartbeatMs));
  }
  return settings;
}

/** What a run that trusts no server compares with: messages of `named`. */
function localCheck(
  { verify, stream, secretSeed, ignoreForeign }: ConnectOptions,
  named: string | undefined,
  point: ResumePoint | undefined,
): LocalCheck | undefined {
  if (named !== undefined) {
    const seed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
    return new LocalCheck(point?.stream ?? named, seed, point);
  }
  if (verify !== undefined && verify !== 'server')
    throw badOption('verify', 'server or local', String(verify));
  if (ignoreForeign) throw withoutLocal('ignoreForeign', 'true');
  if (secretSeed !== undefined) throw withoutLocal('secretSeed', 'a secret seed');
  if (stream === undefined) return undefined;
  throw withoutLocal('stream', stream);
}

function withoutLocal(option: keyof ConnectOptions, came: string): UsageError {
  return conflictingOption(option, (nameOf) => `without ${localVerify(nameOf)}`, came);
}

function localVerify(nameOf: OptionNaming): string {
  return `${nameOf('verify')} local`;
}

function prepare(
  settings: ConnectSettings,
  options: ConnectOptions,
  { log, run, point }: OpenedLog,
): ClientRun {
  const { url, client, token, block, count, plain, verify, check, kept, heartbeatMs, end } = settings;
  const { timing = false, listenOnly = false, ignoreForeign = false } = options;
  const { accessToken, userInfo } = settings;
  const authorization = accessToken === undefined ? userInfo?.authorization : `Bearer ${accessToken}`;
  const dialOptions: DialOptions = {
    authorization,
    ca: options.ca,
    maximumMessageBytes: LIMITS.outboundMessageBytes,
    mostUnsentBytes: LIMITS.unsentBytes,
  };
  const dial: Dial = (request, listener) => dialWebSocket(request, dialOptions, listener);
  const address = new ClientAddress(settings.dialledUrl, plain);
  const carriage = new WebSocketCarriage(address, { client, token }, dial);
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
  /** What keeps it from reading: an iteration that is slow, or whoever holds it. */
  const reading = { full: false, held: false };
  const needsRunRecord = run === undefined;
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
      log?.writeBlock(client, finished, { ...progress, runCount }, systemHost.now().wallMs);
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
      fsync: options.fsync ?? 'none',
      plain,
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
      hold(false); // or the answers to the last receipts would not be read
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

/** Messages that a run which is resumed was to take; more, where logs of the first versions show only that it took more. */
function countOfRun({ run, point }: Pick<OpenedLog, 'run' | 'point'>): number | undefined {
  return run?.count == null ? undefined : Math.max(run.count, takenOf(point));
}

function takenOf(point: ResumePoint | undefined): number {
  return point === undefined ? 0 : point.nextSeq - point.firstSeq;
}

/** A run that is resumed can be asked for more, and not for less than it has taken or was to take. */
function checkCount(count: number | undefined, { run, point }: Pick<OpenedLog, 'run' | 'point'>): void {
  const taken = takenOf(point);
  const due = run?.count ?? 0;
  if (count === undefined || count >= Math.max(taken, due)) return;
  const least =
    taken >= due
      ? `${taken}, to which the run in the log has come`
      : `${due}, which the run in the log was to take`;
  throw badOption('count', `at least ${least}`, String(count));
}

function checkCertificates(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    // What came may be a private key.
    throw new UsageError('bad_option', 'ca', (nameOf) => `${nameOf('ca')} must be certificates in PEM`);
  }
}

function checkInteger(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  throw badOption(name, `an integer from ${minimum} to ${maximum}`, String(value));
}
