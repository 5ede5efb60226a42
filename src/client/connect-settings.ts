import { randomBytes } from 'node:crypto';
import { checkNatsAccess } from '../carriage/nats/nats-access.ts';
import {
  isNatsAddress,
  type NatsAddress,
  parseNatsAddress,
  subjectOf,
} from '../carriage/nats/nats-address.ts';
import { LocalCheck } from '../session/run/local-check.ts';
import type { ResumePoint } from '../session/run/resume-point.ts';
import { checkStreamUrl, streamReference } from '../session/stream-request.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { badOption, conflictingOption } from '../wording/usage-error.ts';
import { checkAlike } from './alike-urls.ts';
import type { ConnectOptions } from './connect-options.ts';
import { type KeptSettings, settingsOf } from './kept-settings.ts';
import { madeUpName } from './made-up-name.ts';
import type { OpenedLog } from './opened-log.ts';
import { CLIENT_DEFAULTS } from './run/defaults.ts';
import { LogError } from './run/log-error.ts';
import { type RunSetup, resolveSetup } from './run/run-setup.ts';
import { checkTrustedCertificates } from './trusted-certificates.ts';

/** Every setting, resolved: from the options, or else the resumed run, or else the URL or a default. */
export interface ConnectSettings {
  readonly setup: RunSetup;
  readonly check: LocalCheck | undefined;
  readonly kept: KeptSettings;
}

/** @throws UsageError for an option, or a URL, that can't be used; StreamError for what the URL or a name asks for; LogError for a log without a URL */
export function resolveSettings(
  given: string | readonly string[] | undefined,
  options: ConnectOptions,
  { run, point }: Pick<OpenedLog, 'run' | 'point'>,
): ConnectSettings {
  if (options.resume && given === undefined && run === undefined) {
    throw new LogError(`${options.log} holds no run yet, and so no URL: name the URL`);
  }
  if (run !== undefined && options.client !== undefined && options.client !== run.client) {
    // Blocks in the log were taken, and will be reported, under its name.
    throw badOption('client', `${run.client}, whose log it is`, options.client);
  }
  const ofLog = run === undefined ? [CLIENT_DEFAULTS.url] : [run.url, ...(run.other_urls ?? [])];
  const whole = [given ?? ofLog].flat();
  if (whole.length === 0) throw badOption('url', 'one URL or several', 'none');
  const natsUrl = whole.find(isNatsAddress);
  if (natsUrl !== undefined && whole.length > 1)
    throw badOption('url', 'one nats:// address, which may name several servers', `${whole.length} URLs`);
  const nats = natsUrl === undefined ? undefined : parseNatsAddress(natsUrl, 'url');
  if (nats !== undefined) subjectOf(nats, 'url');
  if (nats !== undefined && options.accessToken !== undefined)
    throw conflictingOption('accessToken', () => 'with a nats:// address', '…');
  // What comes through NATS says itself of which stream it is.
  const ofNats = nats === undefined ? {} : ({ plain: true, verify: 'local' } as const);
  const resolved = resolveSetup(
    nats?.shown ?? whole,
    { ...ofNats, ...options, ...(run === undefined ? {} : { client: run.client }) },
    {
      client: madeUpName,
      token: () => run?.token ?? randomBytes(16).toString('hex'),
      block: run?.block ?? CLIENT_DEFAULTS.block,
      count: countOfRun({ run, point }),
      as: run?.settings?.['as'],
      check: (places) => places.length > 1 && checkAlike(places, options.plain ?? false),
    },
  );
  const setup = nats === undefined ? resolved : { ...resolved, nats, secrets: secretsWith(nats, resolved) };
  const { urls, plain, verify, as } = setup;
  const [url = ''] = urls; // all of them ask for the same
  if (!plain) checkStreamUrl(url);
  if (options.nats !== undefined) checkNatsAccess(options.nats);
  if (options.timing && plain)
    throw conflictingOption(
      'timing',
      (nameOf) => `with ${nameOf('plain')}: no such server tells the time`,
      'true',
    );
  if (options.ca !== undefined) checkTrustedCertificates(options.ca);
  const named = () => options.stream ?? (nats === undefined ? streamReference(url).name : undefined);
  const stream = verify === 'local' ? named() : undefined;
  return {
    setup,
    check: verify === 'local' ? localCheck(stream, options.secretSeed, point) : undefined,
    kept: settingsOf({
      ...options,
      plain,
      verify,
      ...(stream === undefined ? {} : { stream }),
      ...(as === undefined ? {} : { as }),
    }),
  };
}

/** The check of a run that trusts no server, against the stream `named`. */
function localCheck(
  named: string | undefined,
  secretSeed: Uint8Array | undefined,
  point: ResumePoint | undefined,
): LocalCheck {
  const seed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  return new LocalCheck(point?.stream ?? named, seed, point);
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

function secretsWith({ password }: NatsAddress, { secrets }: RunSetup): readonly string[] {
  return password === undefined ? secrets : [...secrets, password];
}
