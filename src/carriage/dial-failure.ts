import type { IncomingHttpHeaders } from 'node:http';
import type { DialFailure } from '../session/run/redial.ts';
import { refusalText } from '../wording/refusal-text.ts';

export type DialError = Error & { readonly code?: string };

/** What OpenSSL says where the other end does not speak TLS. */
const NO_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|wrong version number/;
/** What web servers answer to a request without TLS on a port that wants it. */
const WANTS_TLS = /HTTPS port|HTTPS server|TLS[- ]enabled/i;

/** A failure before there was an HTTP answer. */
export function failureOf(error: DialError | undefined, url: string): DialFailure {
  const { code = '', message = '' } = error ?? {};
  const { hostname, protocol } = new URL(url);
  const reason = message !== '' ? message : code !== '' ? code : 'unknown error';
  const failure = { status: undefined, reason };
  if (code === 'ENOTFOUND') return { ...failure, reason: `there is no host "${hostname}"`, cause: 'name' };
  if (code === 'EAI_AGAIN')
    return { ...failure, reason: `the host "${hostname}" can't be looked up`, cause: 'name' };
  if (isCertificateError(code)) return { ...failure, cause: 'certificate' };
  if (protocol === 'wss:' && NO_TLS.test(`${code} ${message}`)) return otherScheme(url);
  return failure;
}

/** The port speaks the other scheme. */
export function otherScheme(url: string): DialFailure {
  const { host, protocol } = new URL(url);
  const reason =
    protocol === 'wss:'
      ? `the server does not speak TLS: its address may be ws://${host}`
      : `the server speaks TLS: its address may be wss://${host}`;
  return { status: undefined, reason, cause: 'scheme' };
}

/** An HTTP answer in place of a WebSocket. */
export function refusal(
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
  url: string,
  wallMs: number,
): DialFailure {
  const retryAfterMs = retryAfter(headers, wallMs);
  if (status === 400 && WANTS_TLS.test(text)) return { ...otherScheme(url), retryAfterMs };
  const { location } = headers;
  const moved = status >= 300 && status < 400 && location !== undefined;
  const said = moved ? `it redirects to ${location}` : refusalText(text);
  const { host, pathname } = new URL(url);
  const reason = `${host} answers ${pathname} with HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  return { status, reason, retryAfterMs };
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date, which is compared with the server's own clock. */
export function retryAfter(headers: IncomingHttpHeaders, wallMs: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!/[a-z]/i.test(text) || Number.isNaN(date)) return undefined;
  const serverMs = Date.parse(headers.date ?? '');
  return Math.max(0, date - (Number.isNaN(serverMs) ? wallMs : serverMs));
}

/**
 * Whether an error code is one of a certificate that could not be verified: those of OpenSSL's X509_V_ERR list, as Node
 * names them, and Node's own for a name that is not in it.
 */
function isCertificateError(code: string): boolean {
  return /(^|_)CERT(_|$)|^CERT|LEAF_SIGNATURE|INVALID_CA/.test(code);
}
