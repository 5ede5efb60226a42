import { type Profile, parseProfile } from '../delivery/profile.ts';
import { parseRate } from '../delivery/rate.ts';
import type { SecretSeed } from '../stream/secret-seed.ts';
import { LAST_SEQ, openStream, STREAM_KINDS, type Stream, type StreamOptions } from '../stream/stream.ts';
import { badParameter, StreamError } from '../stream/stream-error.ts';
import { parseClientName } from './client-name.ts';

/** What a client asks for in the URL of its connection. */
export interface StreamRequest {
  readonly stream: Stream;
  /** The first seq; undefined is the one that is due now on the live schedule. */
  readonly from: number | undefined;
  /** Whether messages are due as the live schedule says, or from the start of the connection. */
  readonly live: boolean;
  /** Messages a second; Infinity for `max`; of a ramp, the rate that it ends with. */
  readonly ratePerSecond: number;
  readonly profile: Profile;
  /** How many messages; undefined is without end. */
  readonly count: number | undefined;
  readonly client: string | undefined;
  readonly token: string | undefined;
}

/** The parameters that are about delivery; all others belong to the stream's name. */
const DELIVERY_PARAMETERS = ['from', 'rate', 'profile', 'count', 'client', 'token'] as const;
type DeliveryParameter = (typeof DELIVERY_PARAMETERS)[number];

const DEFAULT_KIND = 'users';
/** With fewer the sine could not be told from a constant rate. */
const LEAST_MESSAGES_A_SINE = 2;

/** A request target without the scheme and host that a client may put before it (RFC 9112, section 3.2.2). */
export function originForm(target: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(target)?.[1];
  if (absolute === undefined) return target;
  return absolute.startsWith('/') ? absolute : `/${absolute}`;
}

/**
 * Parses a request target such as `/users?seed=7&from=0&rate=10&count=1000&client=alice`; `/` is `/users`.
 *
 * @throws StreamError which names the parameter, what it may be and what came
 */
export function parseStreamRequest(
  target: string,
  defaults: { seed: number; ratePerSecond: number; secretSeed?: SecretSeed | undefined },
): StreamRequest {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const delivery = takeDelivery(parameters);
  const stream = openNamed(path === '/' ? DEFAULT_KIND : path.slice(1), parameters, {
    defaultSeed: defaults.seed,
    secretSeed: defaults.secretSeed,
  });
  const { from, live } = parseFrom(delivery.get('from'));
  const { ratePerSecond, profile } = parsePace(delivery, live, defaults.ratePerSecond);
  const count = parseCount(delivery.get('count'), from ?? 0);
  const client = delivery.get('client');
  return {
    stream,
    from,
    live,
    ratePerSecond,
    profile,
    count,
    client: client === undefined ? undefined : parseClientName(client),
    token: parseToken(delivery.get('token')),
  };
}

/** Where a URL leads to, as far as a client can tell. */
export interface StreamAddress {
  /** The base path of the server, as in `/feeds`, or nothing: a path that does not end in a kind is all base path. */
  readonly basePath: string;
  /** The name of the stream, with the parameters that it has there and no others. */
  readonly stream: string;
  /** Whether the path names it; otherwise it is of the kind that the server takes then. */
  readonly named: boolean;
}

export function streamAddress(url: string): StreamAddress {
  const { pathname, searchParams } = new URL(url);
  takeDelivery(searchParams);
  const segments = pathname.replace(/\/$/, '').split('/');
  const kind = STREAM_KINDS.find((known) => known === segments.at(-1));
  if (kind !== undefined) segments.pop();
  const stream = nameOf(kind ?? DEFAULT_KIND, searchParams);
  return { basePath: segments.join('/'), stream, named: kind !== undefined };
}

/** A stream, as a person names it beside a connection: by its name, or by the URL or path that it is asked for by. */
export interface StreamReference {
  /** With the parameters that it has there and no others. */
  readonly name: string;
  /** The first seq; `live` is the one that was due when it was asked for. Undefined if it is not said. */
  readonly from: number | 'live' | undefined;
  readonly count: number | undefined;
}

/** @throws StreamError for a parameter of delivery that can't be */
export function streamReference(text: string): StreamReference {
  const [path = '', query = ''] = originForm(text).split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const delivery = takeDelivery(parameters);
  const isPath = path.startsWith('/');
  const kind = isPath ? (path.split('/').findLast((part) => part !== '') ?? DEFAULT_KIND) : path;
  const { from, live } = parseFrom(delivery.get('from'));
  const first = live && from === undefined ? 'live' : from;
  return {
    name: nameOf(kind, parameters),
    from: delivery.has('from') ? first : undefined,
    count: parseCount(delivery.get('count'), from ?? 0),
  };
}

function nameOf(kind: string, parameters: URLSearchParams): string {
  return parameters.size === 0 ? kind : `${kind}?${parameters}`;
}

function takeDelivery(parameters: URLSearchParams): Map<DeliveryParameter, string> {
  const taken = new Map<DeliveryParameter, string>();
  for (const name of DELIVERY_PARAMETERS) {
    const values = parameters.getAll(name);
    if (values.length > 1) {
      // A token is never shown.
      throw badParameter(
        name,
        'given once',
        name === 'token' ? `${values.length} of them` : values.join(' and '),
      );
    }
    if (values[0] !== undefined) taken.set(name, values[0]);
    parameters.delete(name);
  }
  return taken;
}

function openNamed(kind: string, parameters: URLSearchParams, options: StreamOptions): Stream {
  try {
    return openStream(`${kind}?${parameters}`, options);
  } catch (error) {
    if (!(error instanceof StreamError) || error.code !== 'unknown_parameter') throw error;
    throw new StreamError(error.code, `${error.message}, ${DELIVERY_PARAMETERS.join(', ')}`);
  }
}

/** `from`: a seq, `live`, or `live:SEQ`, which goes on from a seq and catches up with the live schedule. */
function parseFrom(text: string | undefined): { from: number | undefined; live: boolean } {
  if (text === undefined) return { from: 0, live: false };
  if (text === 'live') return { from: undefined, live: true };
  const live = text.startsWith('live:');
  const digits = live ? text.slice('live:'.length) : text;
  if (!isSeq(digits)) throw badParameter('from', `a seq from 0 to ${LAST_SEQ}, live, or live:SEQ`, text);
  return { from: Number(digits), live };
}

/** The rate and the profile, which must go together, and with the live schedule. */
function parsePace(
  delivery: ReadonlyMap<DeliveryParameter, string>,
  live: boolean,
  defaultPerSecond: number,
): Pick<StreamRequest, 'ratePerSecond' | 'profile'> {
  const rate = delivery.get('rate');
  const profileAsked = delivery.get('profile') ?? 'constant';
  const profile = parseProfile(profileAsked);
  if (profile.kind === 'ramp') {
    if (rate !== undefined)
      throw badParameter('rate', 'left out with a ramp, which says its own rates', rate);
    if (live) {
      throw badParameter(
        'from',
        'a seq with a ramp, since the live schedule began in the past',
        delivery.get('from') ?? '',
      );
    }
    return { ratePerSecond: profile.toPerSecond, profile };
  }
  const ratePerSecond = rate === undefined ? defaultPerSecond : parseRate(rate);
  if (ratePerSecond === Number.POSITIVE_INFINITY) {
    if (live) throw badParameter('rate', 'a number with from=live', 'max');
    if (profile.kind !== 'constant') {
      throw badParameter('rate', `a number with profile=${profile.kind}`, 'max');
    }
  }
  if (profile.kind === 'sine' && ratePerSecond * profile.periodSeconds < LEAST_MESSAGES_A_SINE) {
    throw badParameter('profile', 'a sine with 2 messages or more a period at this rate', profileAsked);
  }
  return { ratePerSecond, profile };
}

function parseCount(text: string | undefined, from: number): number | undefined {
  if (text === undefined) return undefined;
  const most = LAST_SEQ - from + 1;
  if (!isSeq(text) || Number(text) > most) {
    throw badParameter('count', `a number of messages from 0 to ${Math.min(most, LAST_SEQ)}`, text);
  }
  return Number(text);
}

function parseToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[A-Za-z0-9_-]{8,128}$/.test(text)) {
    throw new StreamError('bad_parameter', 'token must be 8 to 128 letters, digits, _ or -');
  }
  return text;
}

function isSeq(text: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(text) && Number(text) <= LAST_SEQ;
}
