import { AddressRound } from '../../carriage/address-round.ts';
import { ClientAddress } from '../../carriage/client-address.ts';
import type { BodyForm } from '../../carriage/http/response-fault.ts';
import type { NatsAddress } from '../../carriage/nats/nats-address.ts';
import { parseAccessToken, takeAccessToken } from '../../session/access-token.ts';
import { parseClientName } from '../../session/client-name.ts';
import { LIMITS } from '../../session/limits.ts';
import { LAST_SEQ } from '../../stream/stream.ts';
import { takeUserInfo, type UserInfo } from '../../wording/secrets.ts';
import { badOption, conflictingOption, type OptionNaming, UsageError } from '../../wording/usage-error.ts';
import { CLIENT_DEFAULTS } from './defaults.ts';
import { type RunEndOptions, resolveRunEnd } from './run-end-options.ts';
import type { RunOptions } from './run-options.ts';

/** What every client has settled before its run begins. */
export interface RunSetup {
  /** Without an access token, a user or a password, because they are shown and kept. The first one is dialled first. */
  readonly urls: readonly string[];
  readonly addresses: AddressRound;
  /** The same, if it is one of NATS. */
  readonly nats?: NatsAddress | undefined;
  readonly accessToken: string | undefined;
  /** The header `Authorization`, if one is to be sent. */
  readonly authorization: string | undefined;
  /** What the user told the server in secret. */
  readonly secrets: readonly string[];
  readonly client: string;
  /** Lets each later connection of the run take over its name. */
  readonly token: string;
  readonly block: number;
  /** Messages of the whole run; undefined for no end. */
  readonly count: number | undefined;
  readonly plain: boolean;
  /** How messages are requested over HTTP; undefined over WebSocket. */
  readonly as: BodyForm | undefined;
  readonly verify: 'server' | 'local';
  readonly heartbeatMs: number;
  readonly end: Required<RunEndOptions>;
}

/** What stands where an option is left out. */
export interface SetupDefaults {
  readonly client: () => string;
  readonly token: () => string;
  readonly block: number;
  readonly count: number | undefined;
  readonly as: unknown;
  /** Throws a UsageError for several URLs that do not go together. @default they are not compared, to keep a page small */
  readonly check?: (places: readonly ServerPlace[]) => unknown;
}

/**
 * @param whole the URLs of one or several servers, to be dialled in turn
 * @throws UsageError for an option, or a URL, that can't be used; StreamError for a parameter of the URL that can't
 */
export function resolveSetup(
  whole: string | readonly string[],
  options: RunOptions,
  otherwise: SetupDefaults,
): RunSetup {
  const { plain = false, from } = options;
  const places = [whole].flat().map((each) => placeOf(each, plain));
  const [place = placeOf('', plain)] = places; // which no URL is
  otherwise.check?.(places);
  const { address, userInfo, accessToken: ofUrl } = place;
  const accessToken = options.accessToken ?? (plain ? undefined : ofUrl);
  if (accessToken !== undefined && userInfo !== undefined) {
    throw new UsageError(
      'conflicting_option',
      'accessToken',
      () => 'an access token, and a password in the URL: give one',
    );
  }
  const verify = verifyOf(options);
  const setup: RunSetup = {
    urls: places.map(({ url }) => url),
    addresses: new AddressRound(places.map((each) => each.address)),
    accessToken: accessToken === undefined ? undefined : parseAccessToken(accessToken),
    authorization: accessToken === undefined ? userInfo?.authorization : `Bearer ${accessToken}`,
    secrets: accessToken === undefined ? (userInfo?.secrets ?? []) : [accessToken],
    client: parseClientName(options.client ?? address.client ?? otherwise.client()),
    token: otherwise.token(),
    block: options.block ?? otherwise.block,
    count: options.count ?? otherwise.count ?? address.count,
    plain,
    as: bodyFormOf(address, options.as, otherwise.as),
    verify,
    heartbeatMs: options.heartbeatMs ?? CLIENT_DEFAULTS.heartbeatMs,
    end: resolveRunEnd(options),
  };
  if (from !== undefined) {
    checkInteger('from', from, 0, LAST_SEQ);
    if (!plain || verify !== 'local')
      throw conflictingOption(
        'from',
        (nameOf) => `without ${nameOf('plain')} and ${localVerify(nameOf)}: the URL has it`,
        String(from),
      );
  }
  const { block, count, heartbeatMs } = setup;
  checkInteger('block', block, 1, LIMITS.blockMessages);
  if (count !== undefined) checkInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
  if (!(heartbeatMs > 0 && Number.isFinite(heartbeatMs))) {
    throw badOption('heartbeatMs', 'a number above 0', String(heartbeatMs));
  }
  return setup;
}

/** One of the URLs of a run. */
export interface ServerPlace {
  /** Without user, password and access token. */
  readonly url: string;
  readonly address: ClientAddress;
  readonly userInfo: UserInfo | undefined;
  readonly accessToken: string | undefined;
}

function placeOf(whole: string, plain: boolean): ServerPlace {
  const { target, userInfo } = takeUserInfo(whole);
  const { target: url, accessToken } = takeAccessToken(target);
  return { url, address: new ClientAddress(plain ? target : url, plain), userInfo, accessToken };
}

/** Who checks messages; what only goes with a check of one's own is refused without it. */
function verifyOf({ plain, verify, stream, secretSeed, ignoreForeign }: RunOptions): 'server' | 'local' {
  const resolved = verify ?? (plain && stream !== undefined ? 'local' : 'server');
  if (resolved === 'local') return resolved;
  if (resolved !== 'server') throw badOption('verify', 'server or local', String(resolved));
  if (ignoreForeign) throw withoutLocal('ignoreForeign', 'true');
  if (secretSeed !== undefined) throw withoutLocal('secretSeed', 'a secret seed');
  if (stream !== undefined) throw withoutLocal('stream', stream);
  return resolved;
}

function withoutLocal(option: keyof RunOptions, came: string): UsageError {
  return conflictingOption(option, (nameOf) => `without ${localVerify(nameOf)}`, came);
}

function localVerify(nameOf: OptionNaming): string {
  return `${nameOf('verify')} local`;
}

/**
 * How messages are requested: undefined over WebSocket, which has one form.
 *
 * @param kept the option of an earlier process of the run, maybe for another address
 */
function bodyFormOf(
  { scheme }: ClientAddress,
  given: string | undefined,
  kept: unknown,
): BodyForm | undefined {
  if (given !== undefined && given !== 'events' && given !== 'lines')
    throw badOption('as', 'events or lines', given);
  if (/^https?:$/.test(scheme)) return given ?? (kept === 'lines' ? kept : 'events');
  if (given !== undefined) throw conflictingOption('as', () => `with a ${scheme}// address`, given);
  return undefined;
}

function checkInteger(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  throw badOption(name, `an integer from ${minimum} to ${maximum}`, String(value));
}
