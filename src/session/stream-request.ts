import {
  DELIVERY_PARAMETERS,
  type DeliveryRequest,
  parseCount,
  parseDelivery,
  parseFrom,
} from '../delivery/delivery-request.ts';
import { MAXIMUM_PER_SECOND } from '../delivery/rate.ts';
import { STREAM_KINDS } from '../stream/kinds/stream-kinds.ts';
import { namesSecretSeed, type SecretSeed } from '../stream/secret-seed.ts';
import { openStream, type Stream, type StreamOptions } from '../stream/stream.ts';
import { badParameter, StreamError } from '../stream/stream-error.ts';
import { parseClientName } from './client-name.ts';

/** What a client requests by its URL: a delivery of a stream, and who it is. */
export interface StreamRequest extends DeliveryRequest {
  readonly stream: Stream;
  readonly client: string | undefined;
  readonly token: string | undefined;
}

/** The parameters that do not belong to the stream's name. */
export type OwnParameter = (typeof DELIVERY_PARAMETERS)[number] | 'client' | 'token';
const OWN_PARAMETERS: readonly OwnParameter[] = [...DELIVERY_PARAMETERS, 'client', 'token'];

const DEFAULT_KIND = 'users';

/** A request target without the scheme and host that a client may put before it (RFC 9112, section 3.2.2). */
export function originForm(target: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(target)?.[1];
  if (absolute === undefined) return target;
  return absolute.startsWith('/') ? absolute : `/${absolute}`;
}

/**
 * Parses a request target such as `/users?seed=7&from=0&rate=10&count=1000&client=alice`; `/` is `/users`.
 *
 * @param besides further parameters that are taken, by others, to be named to someone who mistypes one
 * @throws StreamError which names the parameter, what it may be and what came
 */
export function parseStreamRequest(
  target: string,
  defaults: { seed: number; ratePerSecond: number; secretSeed?: SecretSeed | undefined },
  besides: readonly string[] = [],
): StreamRequest {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const own = takeOwn(parameters);
  const stream = openNamed(path === '/' ? DEFAULT_KIND : path.slice(1), parameters, {
    defaultSeed: defaults.seed,
    secretSeed: defaults.secretSeed,
    besides,
  });
  const client = own.get('client');
  return {
    stream,
    ...parseDelivery(own, defaults.ratePerSecond),
    client: client === undefined ? undefined : parseClientName(client),
    token: parseToken(own.get('token')),
  };
}

/** Where a URL leads to, as far as a client can tell. */
export interface StreamAddress {
  /** The server's base path, as in `/feeds`, or empty. A path that does not end in a kind is all base path. */
  readonly basePath: string;
  /** The name of the stream, with exactly the parameters given there. */
  readonly stream: string;
  /** Whether the path names it; if not, its kind is the server's default. */
  readonly named: boolean;
}

export function streamAddress(url: string): StreamAddress {
  const { pathname, searchParams } = new URL(url);
  takeOwn(searchParams);
  const segments = pathname.replace(/\/$/, '').split('/');
  const kind = STREAM_KINDS.find((known) => known === segments.at(-1));
  if (kind !== undefined) segments.pop();
  const stream = nameOf(kind ?? DEFAULT_KIND, searchParams);
  return { basePath: segments.join('/'), stream, named: kind !== undefined };
}

/**
 * Refuses a URL before it is dialled if no server would take it: the kind of stream is known here, and a known
 * parameter has an impossible value. A newer server may know other kinds and parameters.
 *
 * @throws StreamError which names the parameter, what it may be and what came
 */
export function checkStreamUrl(url: string): void {
  const { stream, named } = streamAddress(url);
  const { pathname, searchParams } = new URL(url);
  if (!named && pathname !== '/') return;
  parseDelivery(takeOwn(searchParams), MAXIMUM_PER_SECOND); // a server may have any default that goes with the profile
  checkStreamName(stream);
}

/** The same for the name of a stream. */
export function checkStreamName(stream: string): void {
  const [kind = '', query = ''] = stream.replace(/^\/+/, '').split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  if (namesSecretSeed(parameters.get('seed') ?? '')) parameters.delete('seed'); // the server may know it
  try {
    openStream(`${kind}?${parameters}`);
  } catch (error) {
    if (error instanceof StreamError && error.code === 'bad_parameter') throw error;
  }
}

/** A stream named beside a connection: by its name, or by the URL or path under which it is served. */
export interface StreamReference {
  /** With exactly the parameters given there. */
  readonly name: string;
  /** The first seq; `live` for the one that was due at the time. Undefined if not given. */
  readonly from: number | 'live' | undefined;
  readonly count: number | undefined;
}

/** @throws StreamError for a bad parameter of the delivery */
export function streamReference(text: string): StreamReference {
  const [path = '', query = ''] = originForm(text).split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const own = takeOwn(parameters);
  const isPath = path.startsWith('/');
  const kind = isPath ? (path.split('/').findLast((part) => part !== '') ?? DEFAULT_KIND) : path;
  const { from, live } = parseFrom(own.get('from'));
  const first = live && from === undefined ? 'live' : from;
  return {
    name: nameOf(kind, parameters),
    from: own.has('from') ? first : undefined,
    count: parseCount(own.get('count'), from ?? 0),
  };
}

function nameOf(kind: string, parameters: URLSearchParams): string {
  return parameters.size === 0 ? kind : `${kind}?${parameters}`;
}

function takeOwn(parameters: URLSearchParams): Map<OwnParameter, string> {
  const taken = new Map<OwnParameter, string>();
  for (const name of OWN_PARAMETERS) {
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

function openNamed(
  kind: string,
  parameters: URLSearchParams,
  { besides, ...options }: StreamOptions & { readonly besides: readonly string[] },
): Stream {
  try {
    return openStream(`${kind}?${parameters}`, options);
  } catch (error) {
    if (!(error instanceof StreamError) || error.code !== 'unknown_parameter') throw error;
    throw new StreamError(error.code, `${error.message}, ${[...OWN_PARAMETERS, ...besides].join(', ')}`);
  }
}

function parseToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[A-Za-z0-9_-]{8,128}$/.test(text)) {
    throw new StreamError('bad_parameter', 'token must be 8 to 128 letters, digits, _ or -');
  }
  return text;
}
