import { randomBytes } from 'node:crypto';
import { ClientAddress } from '../carriage/client-address.ts';
import type { BodyForm } from '../carriage/http/response-fault.ts';
import { parseAccessToken, takeAccessToken } from '../session/access-token.ts';
import { parseClientName } from '../session/client-name.ts';
import { LIMITS } from '../session/limits.ts';
import { LocalCheck } from '../session/run/local-check.ts';
import type { ResumePoint } from '../session/run/resume-point.ts';
import { checkStreamUrl, streamReference } from '../session/stream-request.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { LAST_SEQ } from '../stream/stream.ts';
import { takeUserInfo, type UserInfo } from '../wording/secrets.ts';
import { badOption, conflictingOption, type OptionNaming, UsageError } from '../wording/usage-error.ts';
import { bodyFormOf } from './carriages.ts';
import type { ConnectOptions } from './connect-options.ts';
import { CLIENT_DEFAULTS } from './defaults.ts';
import { type KeptSettings, settingsOf } from './kept-settings.ts';
import { madeUpName } from './made-up-name.ts';
import type { OpenedLog } from './opened-log.ts';
import { LogError } from './run/log-error.ts';
import { type RunEndOptions, resolveRunEnd } from './run/run-end-options.ts';
import { checkTrustedCertificates } from './trusted-certificates.ts';

/** Every setting, resolved: from the options, or else the resumed run, or else the URL or a default. */
export interface ConnectSettings {
  /** Without an access token, a user or a password, because it is shown and kept. */
  readonly url: string;
  readonly dialledUrl: string;
  readonly accessToken: string | undefined;
  readonly userInfo: UserInfo | undefined;
  readonly client: string;
  readonly token: string;
  readonly block: number;
  readonly count: number | undefined;
  readonly plain: boolean;
  /** How messages are requested over HTTP; undefined over WebSocket. */
  readonly as: BodyForm | undefined;
  readonly verify: 'server' | 'local';
  readonly check: LocalCheck | undefined;
  readonly kept: KeptSettings;
  readonly heartbeatMs: number;
  readonly end: Required<RunEndOptions>;
}

/** @throws UsageError for an option, or a URL, that can't be used; StreamError for what the URL or a name asks for; LogError for a log without a URL */
export function resolveSettings(
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
  const where = new ClientAddress(url, plain);
  const { client: ofAddress, count: countOfAddress } = where;
  const as = bodyFormOf(where, options.as, run?.settings?.['as']);
  if (!plain) checkStreamUrl(url);
  if (run !== undefined && options.client !== undefined && options.client !== run.client) {
    // Blocks in the log were taken, and will be reported, under its name.
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
    as,
    verify,
    check: localCheck(options, stream, point),
    kept: settingsOf({
      ...options,
      verify,
      ...(stream === undefined ? {} : { stream }),
      ...(as === undefined ? {} : { as }),
    }),
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
  if (options.ca !== undefined) checkTrustedCertificates(options.ca);
  const { block, count, heartbeatMs } = settings;
  checkInteger('block', block, 1, LIMITS.blockMessages);
  if (count !== undefined) checkInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
  if (!(heartbeatMs > 0 && Number.isFinite(heartbeatMs))) {
    throw badOption('heartbeatMs', 'a number above 0', String(heartbeatMs));
  }
  return settings;
}

/** The check of a run that trusts no server, against the stream `named`. */
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

/** How many messages a resumed run was to take; more, if logs of the first versions show only that it took more. */
function countOfRun({ run, point }: Pick<OpenedLog, 'run' | 'point'>): number | undefined {
  return run?.count == null ? undefined : Math.max(run.count, takenOf(point));
}

function takenOf(point: ResumePoint | undefined): number {
  return point === undefined ? 0 : point.nextSeq - point.firstSeq;
}

/** A resumed run may take more, but no fewer than it has taken or was to take. */
export function checkCount(
  count: number | undefined,
  { run, point }: Pick<OpenedLog, 'run' | 'point'>,
): void {
  const taken = takenOf(point);
  const due = run?.count ?? 0;
  if (count === undefined || count >= Math.max(taken, due)) return;
  const least =
    taken >= due
      ? `${taken}, to which the run in the log has come`
      : `${due}, which the run in the log was to take`;
  throw badOption('count', `at least ${least}`, String(count));
}

function checkInteger(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  throw badOption(name, `an integer from ${minimum} to ${maximum}`, String(value));
}
