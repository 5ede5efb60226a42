import type { DialFailure } from '../session/run/redial.ts';
import { refusalText } from '../wording/refusal-text.ts';
import type { HeaderFields } from './header-fields.ts';

export type DialError = Error & { readonly code?: string };

/** OpenSSL's errors when the other end does not speak TLS. */
const NO_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|wrong version number/;
/** How web servers answer a request without TLS on a TLS port. */
const WANTS_TLS = /HTTPS port|HTTPS server|TLS[- ]enabled/i;

/** Describes a failure before any HTTP response. */
export function failureOf(error: DialError | undefined, url: string): DialFailure {
  const { code = '', message = '' } = error ?? {};
  const { hostname } = new URL(url);
  const reason = message !== '' ? message : code !== '' ? code : 'unknown error';
  const failure = { status: undefined, reason };
  if (code === 'ENOTFOUND') return { ...failure, reason: `there is no host "${hostname}"`, cause: 'name' };
  if (code === 'EAI_AGAIN')
    return { ...failure, reason: `the host "${hostname}" can't be looked up`, cause: 'name' };
  if (isCertificateError(code)) return { ...failure, cause: 'certificate' };
  if (isSecure(url) && NO_TLS.test(`${code} ${message}`)) return otherScheme(url);
  return failure;
}

/** The failure of a port that speaks the other scheme. */
export function otherScheme(url: string): DialFailure {
  const { host } = new URL(url);
  const reason = isSecure(url)
    ? `the server does not speak TLS: its address may be ${bareScheme(url)}://${host}`
    : `the server speaks TLS: its address may be ${bareScheme(url)}s://${host}`;
  return { status: undefined, reason, cause: 'scheme' };
}

/** Whether the other end closed the connection instead of answering, or its answer was not HTTP. */
export function hungUp(error: DialError | undefined): boolean {
  return error?.code === 'ECONNRESET' || (error?.code?.startsWith('HPE_') ?? false);
}

/** Whether the URL's scheme uses TLS. */
export function isSecure(url: string): boolean {
  return /^(wss|https):/.test(url);
}

/** The URL's scheme without its `s`. */
function bareScheme(url: string): string {
  return url.startsWith('ws') ? 'ws' : 'http';
}

/** Describes an HTTP response that is not what was asked for. */
export function refusal(
  status: number,
  headers: HeaderFields,
  text: string,
  url: string,
  wallMs: number,
): DialFailure {
  const retryAfterMs = retryAfter(headers, wallMs);
  if (status === 400 && WANTS_TLS.test(text)) return { ...otherScheme(url), retryAfterMs };
  const { location } = headers;
  const moved = status >= 300 && status < 400 && location !== undefined;
  const said = moved ? `it redirects to ${location}` : (problem(headers, text)?.detail ?? refusalText(text));
  const { host, pathname } = new URL(url);
  const told = `${host} answers ${pathname} with HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const advice = /\bwss?:\/\//.test(said) ? '' : otherCarriage(status, headers, url);
  return { status, reason: `${told}${advice}`, retryAfterMs };
}

/** Reads a problem report (RFC 9457), as part of a sentence; undefined if the response is none. */
export function problem(
  headers: HeaderFields,
  text: string,
): { readonly detail: string; readonly closeCode: number | undefined } | undefined {
  if (!/^application\/problem\+json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const { detail, title, close_code: code } = JSON.parse(text);
    const said = [detail, title].find((each) => typeof each === 'string') ?? '';
    return { detail: refusalText(said), closeCode: Number.isInteger(code) ? code : undefined };
  } catch {
    return undefined; // truncated, or null
  }
}

/** Advice for a response which shows that the server uses the other carriage; empty if it does not. */
function otherCarriage(status: number, headers: HeaderFields, url: string): string {
  const { host, pathname } = new URL(url);
  const secure = isSecure(url) ? 's' : '';
  const isStream = /^(text\/event-stream|application\/x-ndjson)\b/i.test(headers['content-type'] ?? '');
  if (bareScheme(url) === 'http')
    return status === 426
      ? `; it wants a WebSocket: its address may be ws${secure}://${host}${pathname}`
      : '';
  return status === 200 && isStream
    ? `; it is no WebSocket: its address may be http${secure}://${host}${pathname}`
    : '';
}

/** Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date, which is compared with the server's own clock if it tells it. */
export function retryAfter(headers: HeaderFields, wallMs: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!/[a-z]/i.test(text) || Number.isNaN(date)) return undefined;
  const serverMs = Date.parse(headers.date ?? '');
  return Math.max(0, date - (Number.isNaN(serverMs) ? wallMs : serverMs));
}

/**
 * Whether an error code says that a certificate could not be verified: Node's names for OpenSSL's X509_V_ERR codes, and its own
 * code for a host name that the certificate does not cover.
 */
function isCertificateError(code: string): boolean {
  return /(^|_)CERT(_|$)|^CERT|LEAF_SIGNATURE|INVALID_CA/.test(code);
}
