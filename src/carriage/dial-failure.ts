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

/** The port speaks the other scheme. */
export function otherScheme(url: string): DialFailure {
  const { host } = new URL(url);
  const reason = isSecure(url)
    ? `the server does not speak TLS: its address may be ${bareScheme(url)}://${host}`
    : `the server speaks TLS: its address may be ${bareScheme(url)}s://${host}`;
  return { status: undefined, reason, cause: 'scheme' };
}

/** Whether the other end closed the connection in place of an answer, or gave one that is not HTTP. */
export function hungUp(error: DialError | undefined): boolean {
  return error?.code === 'ECONNRESET' || (error?.code?.startsWith('HPE_') ?? false);
}

/** Whether the URL is of a connection over TLS. */
export function isSecure(url: string): boolean {
  return /^(wss|https):/.test(url);
}

/** The URL's scheme, without TLS. */
function bareScheme(url: string): string {
  return url.startsWith('ws') ? 'ws' : 'http';
}

/** An HTTP answer in place of what was asked for. */
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
  const said = moved ? `it redirects to ${location}` : (problem(headers, text)?.detail ?? refusalText(text));
  const { host, pathname } = new URL(url);
  const told = `${host} answers ${pathname} with HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  return { status, reason: `${told}${otherCarriage(status, headers, url)}`, retryAfterMs };
}

/** What `application/problem+json` says (RFC 9457), as a part of a sentence; undefined if the text is none. */
export function problem(
  headers: IncomingHttpHeaders,
  text: string,
): { readonly detail: string; readonly closeCode: number | undefined } | undefined {
  if (!/^application\/problem\+json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const { detail, title, close_code: code } = JSON.parse(text);
    const said = [detail, title].find((each) => typeof each === 'string') ?? '';
    return { detail: refusalText(said), closeCode: Number.isInteger(code) ? code : undefined };
  } catch {
    return undefined; // it broke off, or is null
  }
}

/** An answer that shows that the server speaks, but over the other carriage. */
function otherCarriage(status: number, headers: IncomingHttpHeaders, url: string): string {
  const { host } = new URL(url);
  const secure = isSecure(url) ? 's' : '';
  const isStream = /^(text\/event-stream|application\/x-ndjson)\b/i.test(headers['content-type'] ?? '');
  if (bareScheme(url) === 'http')
    return status === 426 ? `; it wants a WebSocket: its address may be ws${secure}://${host}` : '';
  return status === 200 && isStream ? `; it is no WebSocket: its address may be http${secure}://${host}` : '';
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
