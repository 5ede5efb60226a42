import { redactedUrl } from '../../wording/secrets.ts';
import { badOption } from '../../wording/usage-error.ts';

/** The servers of a NATS system, and what of it an address names. */
export interface NatsAddress {
  /** Host and port of each server. */
  readonly servers: readonly string[];
  /** Whether it has to be TLS; otherwise the servers say. */
  readonly tls: boolean;
  /** What follows the host; undefined if nothing does. */
  readonly subject: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The address without user and password. */
  readonly shown: string;
}

const EXAMPLE = 'nats://127.0.0.1:4222/feed.users';
const DEFAULT_PORT = 4222;
/** Tokens of printable ASCII, without wildcards; those that begin with $ are NATS' own. */
const SUBJECT = /^(?!\$)[!-)+-\-/-=?-~]+(\.[!-)+-\-/-=?-~]+)*$/;

/** Whether an address is one of NATS. */
export function isNatsAddress(text: string): boolean {
  return /^(nats|tls):\/\//i.test(text);
}

/**
 * Reads `nats://a:4222,b:4222/subject`, where each server may have the scheme and the user before it. `tls://` asks for TLS.
 *
 * @param option what the address is the value of
 * @throws UsageError, which quotes no password
 */
export function parseNatsAddress(text: string, option: string): NatsAddress {
  const refuse = (came: string) =>
    badOption(option, `nats:// or tls:// addresses of servers, such as ${EXAMPLE}`, redactedUrl(came));
  const parts = text.split(',');
  const [first = '', ...rest] = parts;
  const [, scheme] = /^(nats|tls):\/\//i.exec(first) ?? [];
  if (scheme === undefined) throw refuse(text);
  const servers = [first, ...rest].map((part) => {
    const whole = /^[a-z]+:\/\//i.test(part) ? part : `${scheme}://${part}`;
    const url = isNatsAddress(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
    if (url === undefined || url.hostname === '' || url.search !== '' || url.hash !== '') throw refuse(text);
    return url;
  });
  const paths = servers.map(({ pathname }) => pathname.replace(/^\//, ''));
  const path = paths.pop() ?? '';
  if (paths.some((each) => each !== '')) throw refuse(text);
  const named = servers.find(({ username }) => username !== '');
  const list = servers.map(({ hostname, port }) => `${hostname}:${port === '' ? DEFAULT_PORT : port}`);
  const tls = servers.some(({ protocol }) => protocol === 'tls:');
  return {
    servers: list,
    tls,
    subject: path === '' ? undefined : parseSubject(decoded(path), option),
    user: named === undefined ? undefined : decoded(named.username),
    password: named === undefined || named.password === '' ? undefined : decoded(named.password),
    shown: `${tls ? 'tls' : 'nats'}://${list.join(',')}${path === '' ? '' : `/${path}`}`,
  };
}

/** The subject that an address has to name. @throws UsageError if it names none */
export function subjectOf({ subject, shown }: NatsAddress, option: string): string {
  if (subject !== undefined) return subject;
  throw badOption(option, `an address with a subject, such as ${EXAMPLE}`, shown);
}

function parseSubject(text: string, option: string): string {
  if (SUBJECT.test(text)) return text;
  throw badOption(
    option,
    'an address with a whole subject, without spaces, wildcards and $, such as feed.users',
    text,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % stands for itself
  }
}
